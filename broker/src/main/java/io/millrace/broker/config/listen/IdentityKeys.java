package io.millrace.broker.config.listen;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of what the server says about itself. */
public final class IdentityKeys {
    public static final Rows<IdentityOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<String> SERVER_NAME =
            ROWS.option(IdentityOptions::serverName, "")
                    .key(Kind.text(IdentityKeys::name), "server_name")
                    .flag(Flag.Kind.of(IdentityKeys::name), "n", "name", "server_name")
                    .fixed();

    public static final Option<List<String>> SERVER_TAGS =
            ROWS.option(IdentityOptions::tags, List.<String>of())
                    .key(Kind.TEXTS, "server_tags")
                    .live();

    public static final Option<Map<String, String>> SERVER_METADATA =
            ROWS.option(IdentityOptions::metadata, Map.<String, String>of())
                    .key(IdentityKeys::metadata, "server_metadata")
                    .live();

    private IdentityKeys() {}

    /** The record. */
    public static IdentityOptions of(Settings settings) {
        return new IdentityOptions(
                settings.get(SERVER_NAME),
                List.copyOf(settings.get(SERVER_TAGS)),
                Collections.unmodifiableMap(new LinkedHashMap<>(settings.get(SERVER_METADATA))));
    }

    private static String name(String name) {
        for (String problem : problems(name)) {
            throw new IllegalArgumentException(problem);
        }
        return name;
    }

    private static Map<String, String> metadata(Field field, Reading in) throws BadValueException {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigValue.Entry> entry :
                Typed.table(field.key(), field.value()).entrySet()) {
            metadata.put(
                    entry.getKey(),
                    Typed.text(field.key() + "." + entry.getKey(), entry.getValue().value()));
        }
        return metadata;
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(IdentityOptions identity) {
        return problems(identity.serverName());
    }

    private static List<String> problems(String name) {
        return name.contains(" ") ? List.of("server name cannot contain spaces") : List.of();
    }
}
