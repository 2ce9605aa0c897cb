package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.protocol.Nkey;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of one account but for its users. */
public final class AccountKeys {
    private static final Rows<AccountDraft> ROWS = new Rows<>(new Block(""));

    private static final Option<String> NKEY =
            ROWS.option("").key((field, _) -> nkey(field), "nkey").concluded();

    private static final Option<List<ExportDraft>> EXPORTS =
            ROWS.option(List.<ExportDraft>of()).key(ExportKeys::read, "exports").concluded();

    private static final Option<List<ImportDraft>> IMPORTS =
            ROWS.option(List.<ImportDraft>of()).key(ImportKeys::read, "imports").concluded();

    private static final Option<List<MappingOptions>> MAPPINGS =
            ROWS.option(List.<MappingOptions>of())
                    .key(
                            (field, in) ->
                                    joined(
                                            in.settings().get(AccountKeys.MAPPINGS),
                                            MappingKeys.read(field, in)),
                            "mappings",
                            "maps")
                    .concluded();

    private static final Option<AccountLimits> LIMITS =
            ROWS.option(AccountLimits.NONE).key(AccountLimitKeys::read, "limits").concluded();

    private static final Option<@Nullable TraceOptions> TRACE =
            ROWS.<@Nullable TraceOptions>option(null)
                    .key(TraceKeys::read, "msg_trace", "trace_dest")
                    .concluded();

    private static final Option<@Nullable AccountJetStream> JETSTREAM =
            ROWS.<@Nullable AccountJetStream>option(null)
                    .key(AccountJetStreamKeys::read, "jetstream")
                    .concluded();

    private AccountKeys() {}

    /** Adds the keys to the block of an account. */
    public static void addTo(Block account) {
        ROWS.block().keys().forEach(account::add);
    }

    /** An account, of what was said in its block. */
    static AccountDraft draft(String name, Settings said) {
        return new AccountDraft(
                name,
                said.get(NKEY),
                said.get(EXPORTS),
                said.get(IMPORTS),
                said.get(MAPPINGS),
                said.get(LIMITS),
                said.get(TRACE),
                said.get(JETSTREAM));
    }

    /** Mappings of both lists; a later one of the same source takes the place of the former. */
    static List<MappingOptions> joined(List<MappingOptions> former, List<MappingOptions> later) {
        Map<String, MappingOptions> all = new LinkedHashMap<>();
        former.forEach(each -> all.put(each.source(), each));
        later.forEach(each -> all.put(each.source(), each));
        return List.copyOf(all.values());
    }

    private static String nkey(Field field) throws BadValueException {
        if (field.value() instanceof ConfigValue.Text(Position _, String nkey)
                && !Nkey.isPublicAccountKey(nkey)) {
            throw new BadValueException(
                    "Not a valid public nkey for an account: " + Quote.of(nkey));
        }
        return Typed.text("nkey", field.value());
    }
}
