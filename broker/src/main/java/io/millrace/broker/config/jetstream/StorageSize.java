package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Typed;

/**
 * A size in bytes: a number with or without a unit of the language, or a string of a number and one
 * of K, M, G and T, which count in steps of 1024 there, as in the reference.
 */
final class StorageSize {
    private static final String UNITS = "KMGT";
    private static final int STEP_BITS = 10;

    /** Of a key that takes one. */
    static final Kind<Long> KIND = (field, _) -> read(field);

    private StorageSize() {}

    private static long read(Field field) throws BadValueException {
        return switch (field.value()) {
            case ConfigValue.Whole(Position _, long bytes) -> bytes;
            case ConfigValue.Text(Position _, String text) -> of(field.key(), text);
            default ->
                    throw Typed.wrongKind(field.key(), "whole number or a string", field.value());
        };
    }

    private static long of(String key, String text) throws BadValueException {
        if (text.isEmpty()) {
            return 0;
        }
        int end = text.length() - 1;
        long number;
        try {
            number = Long.parseLong(text.substring(0, end));
        } catch (NumberFormatException e) {
            throw new BadValueException(
                    key + " must be a number, or a string such as \"10G\", but is \"" + text + '"');
        }
        int unit = UNITS.indexOf(text.charAt(end));
        if (unit < 0) {
            throw new BadValueException(key + " sizes defined as strings must end in K, M, G, T");
        }
        int bits = (unit + 1) * STEP_BITS;
        if (number != number << bits >> bits) {
            throw new BadValueException(key + " value is too big");
        }
        return number << bits;
    }
}
