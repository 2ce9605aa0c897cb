package io.millrace.broker.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How the value of a key is written.
 *
 * @param <T> what is made of it
 */
@FunctionalInterface
public interface Kind<T> {
    Kind<String> TEXT = (field, _) -> Typed.text(field.key(), field.value());
    Kind<List<String>> TEXTS = (field, _) -> Typed.texts(field.key(), field.value());
    Kind<Secret> SECRET = (field, _) -> Typed.secret(field.key(), field.value());
    Kind<Boolean> BOOLEAN = (field, _) -> Typed.bool(field.key(), field.value());

    /** Of a key that says what shall not be. */
    Kind<Boolean> NOT = (field, _) -> !Typed.bool(field.key(), field.value());

    Kind<Integer> INTEGER = (field, _) -> Typed.integer(field.key(), field.value());
    Kind<Long> WHOLE = (field, _) -> Typed.whole(field.key(), field.value());
    Kind<Duration> STRICT_DURATION = (field, _) -> Typed.strictDuration(field.key(), field.value());

    /** A bare number counts as seconds, as it once did, with a warning. */
    Kind<Duration> DURATION = Kind::duration;

    /** A string that is one of a few words, or otherwise not any. */
    static <T> Kind<T> text(Function<String, T> parse) {
        return (field, _) -> {
            try {
                return parse.apply(Typed.text(field.key(), field.value()));
            } catch (IllegalArgumentException e) {
                throw new BadValueException(String.valueOf(e.getMessage()));
            }
        };
    }

    /**
     * Reads a value.
     *
     * @param in where warnings go, and errors that have a place of their own
     * @throws BadValueException if it is of another kind, or out of range
     */
    T read(Field field, Reading in) throws BadValueException;

    private static Duration duration(Field field, Reading in) throws BadValueException {
        String key = field.key();
        if (field.value() instanceof ConfigValue.Whole(Position _, long seconds)) {
            in.warn(
                    field.at(),
                    "invalid use of field \""
                            + key
                            + "\": "
                            + key
                            + " should be converted to a duration");
            if (seconds != Math.clamp(seconds, -Durations.MAX_SECONDS, Durations.MAX_SECONDS)) {
                throw new BadValueException(key + " value is too big");
            }
            return Duration.ofSeconds(seconds);
        }
        return Typed.strictDuration(key, field.value());
    }
}
