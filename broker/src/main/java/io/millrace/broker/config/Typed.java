package io.millrace.broker.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Takes values of the configuration for what a key needs them to be. */
final class Typed {
    private Typed() {}

    static BadValueException wrongKind(String key, String wanted, ConfigValue value) {
        return new BadValueException(key + " must be a " + wanted + ", but is " + value.kind());
    }

    static String text(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Text(Position _, String text)) {
            return text;
        }
        throw wrongKind(key, "string", value);
    }

    static boolean flag(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Flag(Position _, boolean flag)) {
            return flag;
        }
        throw wrongKind(key, "boolean", value);
    }

    static long whole(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Whole(Position _, long number)) {
            return number;
        }
        throw wrongKind(key, "whole number", value);
    }

    static int integer(String key, ConfigValue value) throws BadValueException {
        long number = whole(key, value);
        if (number != (int) number) {
            throw new BadValueException(key + " value is too big");
        }
        return (int) number;
    }

    static List<String> texts(String key, ConfigValue value) throws BadValueException {
        if (!(value instanceof ConfigValue.Array(Position _, List<ConfigValue> values))) {
            return List.of(text(key, value));
        }
        List<String> texts = new ArrayList<>();
        for (ConfigValue element : values) {
            texts.add(text(key, element));
        }
        return texts;
    }

    static Duration strictDuration(String key, ConfigValue value) throws BadValueException {
        try {
            return Durations.parse(text(key, value));
        } catch (IllegalArgumentException e) {
            throw new BadValueException("error parsing " + key + ": " + e.getMessage());
        }
    }

    static Map<String, ConfigValue.Entry> table(String key, ConfigValue value)
            throws BadValueException {
        if (value
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries)) {
            return entries;
        }
        throw wrongKind(key, "map", value);
    }

    static List<ConfigValue> array(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            return values;
        }
        throw wrongKind(key, "array", value);
    }
}
