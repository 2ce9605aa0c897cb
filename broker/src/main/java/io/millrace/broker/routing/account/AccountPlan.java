package io.millrace.broker.routing.account;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.Patterns;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectPair;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration says of an account, its subjects compiled. Made by any thread; immutable.
 *
 * @param mappings those of the options, in their order
 * @param streams those of the options' stream imports, in their order: what the exporting account
 *     knows them by, and what this one does
 * @param services those of the options' service imports, in their order: likewise
 * @param exports numbers of the options' service exports, to be found by their subjects
 */
public record AccountPlan(
        AccountOptions options,
        List<SubjectMapping> mappings,
        List<SubjectPair> streams,
        List<SubjectPair> services,
        Patterns<Integer> exports) {
    /**
     * Compiles.
     *
     * @param options have been checked
     */
    public static AccountPlan of(AccountOptions options) {
        try {
            List<SubjectMapping> mappings = new ArrayList<>();
            for (MappingOptions each : options.mappings()) {
                mappings.add(SubjectMapping.of(each.source(), each.destinations()));
            }
            List<SubjectPair> streams = new ArrayList<>();
            for (StreamImport each : options.streamImports()) {
                streams.add(SubjectPair.of(each.subject(), each.to()));
            }
            List<SubjectPair> services = new ArrayList<>();
            for (ServiceImport each : options.serviceImports()) {
                services.add(SubjectPair.ofRequests(each.subject(), each.from()));
            }
            Patterns<Integer> exports = new Patterns<>();
            for (int i = 0; i < options.serviceExports().size(); i++) {
                exports.add(options.serviceExports().get(i).subject(), i);
            }
            return new AccountPlan(
                    options,
                    List.copyOf(mappings),
                    List.copyOf(streams),
                    List.copyOf(services),
                    exports);
        } catch (BadTransformException e) {
            throw new IllegalArgumentException(options.name() + ": " + e.getMessage(), e);
        }
    }

    /** Of an account of which nothing is said. */
    public static AccountPlan none(String name) {
        return of(AccountOptions.named(name));
    }

    /**
     * The service export that an import is of: that of the same subject, or the first that is
     * wider; null if there is none.
     */
    public @Nullable ServiceExport export(String subject) {
        ServiceExport found = null;
        int first = Integer.MAX_VALUE;
        for (int number : exports.wider(subject)) {
            ServiceExport each = options.serviceExports().get(number);
            if (each.subject().equals(subject)) {
                return each;
            }
            if (number < first) {
                first = number;
                found = each;
            }
        }
        return found;
    }

    /** The name of the account. */
    public String name() {
        return options.name();
    }
}
