package io.millrace.broker.routing.account;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectPair;

import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration says of an account, its subjects compiled. Made by any thread; immutable.
 *
 * @param mappings those of the options, in their order
 * @param streams those of the options' stream imports, in their order: what the exporting account
 *     knows them by, and what this one does
 * @param services those of the options' service imports, in their order: likewise
 */
public record AccountPlan(
        AccountOptions options,
        List<SubjectMapping> mappings,
        List<SubjectPair> streams,
        List<SubjectPair> services) {
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
            return new AccountPlan(
                    options, List.copyOf(mappings), List.copyOf(streams), List.copyOf(services));
        } catch (BadTransformException e) {
            throw new IllegalArgumentException(options.name() + ": " + e.getMessage(), e);
        }
    }

    /** Of an account of which nothing is said. */
    public static AccountPlan none(String name) {
        return of(AccountOptions.named(name));
    }

    /** The name of the account. */
    public String name() {
        return options.name();
    }
}
