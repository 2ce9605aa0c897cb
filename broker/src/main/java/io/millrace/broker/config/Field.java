package io.millrace.broker.config;

import java.util.Locale;

/**
 * A key of a map in a configuration, with its value.
 *
 * @param key as messages name it
 * @param written as it is written
 * @param entry the value, and where it stands
 */
public record Field(String key, String written, ConfigValue.Entry entry) {
    /** A field that messages name in small letters, whichever it is written in. */
    public static Field of(String written, ConfigValue.Entry entry) {
        return new Field(written.toLowerCase(Locale.ROOT), written, entry);
    }

    /** What it is set to. */
    public ConfigValue value() {
        return entry.value();
    }

    /** Where the key begins. */
    public Position at() {
        return entry.at();
    }
}
