package io.millrace.broker.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Features of the reference that aren't built: who asks for one is told so, never ignored. */
final class NotBuilt {
    /**
     * A map without entries asks for these, too: the reference takes defaults, or is missing some.
     */
    private static final Set<String> ON_WHEN_EMPTY =
            Set.of("jetstream", "ocsp", "ocsp_cache", "auth_callout", "auth_hook");

    private NotBuilt() {}

    /**
     * Refuses a key of such a feature, unless its value asks for nothing: false, zero, or empty.
     *
     * @throws BadValueException if the feature is asked for
     */
    static void refuse(Field field, Reading in) throws BadValueException {
        if (!asksForNothing(field.key(), field.value())) {
            throw BadValueException.notYet('"' + field.written() + '"');
        }
    }

    private static boolean asksForNothing(String key, ConfigValue value) {
        return switch (value) {
            case ConfigValue.Bool(Position _, boolean on) -> !on;
            case ConfigValue.Whole(Position _, long number) -> number == 0;
            case ConfigValue.Text(Position _, String text) ->
                    text.isEmpty()
                            || text.equalsIgnoreCase("disabled")
                            || text.equalsIgnoreCase("disable");
            case ConfigValue.Array(Position _, List<ConfigValue> values) -> values.isEmpty();
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) ->
                    entries.isEmpty() && !ON_WHEN_EMPTY.contains(key);
            case ConfigValue.Fraction _, ConfigValue.Time _ -> false;
        };
    }
}
