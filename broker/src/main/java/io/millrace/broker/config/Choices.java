package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Options that are one of a few words, in a file and on the command line. */
final class Choices {
    private Choices() {}

    /** A threading mode; null for {@code auto}. */
    static ThreadingOptions.@Nullable Mode threading(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "auto" -> null;
            case "inline" -> ThreadingOptions.Mode.INLINE;
            case "dedicated" -> ThreadingOptions.Mode.DEDICATED;
            default ->
                    throw new IllegalArgumentException(
                            "threading must be auto, inline or dedicated: \"" + word + "\"");
        };
    }

    static LogOptions.Format logFormat(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "text" -> LogOptions.Format.TEXT;
            case "json" -> LogOptions.Format.JSON;
            default ->
                    throw new IllegalArgumentException(
                            "log_format must be text or json: \"" + word + "\"");
        };
    }
}
