package io.millrace.broker.config;

import java.util.Locale;
import java.util.Map;

/** The table {@code monitor}, which is ours: who may look at the monitoring server. */
final class MonitorKeys {
    private MonitorKeys() {}

    /**
     * Reads {@code monitor { username: …, password: … }}.
     *
     * @throws BadValueException if something else is in it; names no value
     */
    static void account(ConfigValue value, OptionsBuilder options) throws BadValueException {
        for (Map.Entry<String, ConfigValue.Entry> entry :
                Typed.table("monitor", value).entrySet()) {
            String key = entry.getKey();
            String text = Typed.text("monitor." + key, entry.getValue().value());
            switch (key.toLowerCase(Locale.ROOT)) {
                case "user", "username" -> options.monitorUser(text);
                case "pass", "password" ->
                        options.monitorPassword(
                                Typed.secret("monitor." + key, entry.getValue().value()));
                default -> throw new BadValueException("unknown field \"monitor." + key + "\"");
            }
        }
    }
}
