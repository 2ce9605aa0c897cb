package io.millrace.broker.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Takes values of the configuration for what a key needs them to be. */
public final class Typed {
    private Typed() {}

    public static BadValueException wrongKind(String key, String wanted, ConfigValue value) {
        String article = wanted.startsWith("array") ? "an " : "a ";
        return new BadValueException(
                key
                        + " must be "
                        + article
                        + wanted
                        + ", but is "
                        + value.kind()
                        + advice(wanted, value));
    }

    /** What to write instead, where that is plain. */
    private static String advice(String wanted, ConfigValue value) {
        if (!(value instanceof ConfigValue.Text(Position at, String text))) {
            return "";
        }
        ConfigValue bare;
        try {
            bare = BareWord.value(at, text);
        } catch (ConfigSyntaxException e) {
            return "";
        }
        boolean whole = wanted.equals("whole number");
        if (whole && bare instanceof ConfigValue.Whole
                || wanted.equals("boolean") && bare instanceof ConfigValue.Bool) {
            return "; leave out the quotes";
        }
        if (whole && !text.isEmpty() && Character.isDigit(text.charAt(0))) {
            return "; numbers are written like 1000, 64kb or 2MB, with no other unit and no fraction";
        }
        return wanted.equals("boolean") ? "; write true or false" : "";
    }

    public static String text(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Text(Position _, String text)) {
            return text;
        }
        throw wrongKind(key, "string", value);
    }

    /**
     * A password, a token or a key. One that the environment gives may not be empty: a variable
     * that somebody forgot to fill must not open the server, or leave a store readable.
     */
    public static Secret secret(String key, ConfigValue value) throws BadValueException {
        String text = text(key, value);
        if (text.isEmpty() && value.at().isInEnvironment()) {
            throw new BadValueException(
                    key
                            + " is empty, since the variable "
                            + value.at().file()
                            + " is; that would protect nothing");
        }
        return new Secret(text);
    }

    public static boolean bool(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Bool(Position _, boolean bool)) {
            return bool;
        }
        throw wrongKind(key, "boolean", value);
    }

    public static long whole(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Whole(Position _, long number)) {
            return number;
        }
        throw wrongKind(key, "whole number", value);
    }

    public static int integer(String key, ConfigValue value) throws BadValueException {
        long number = whole(key, value);
        if (number != (int) number) {
            throw new BadValueException(key + " value is too big");
        }
        return (int) number;
    }

    public static List<String> texts(String key, ConfigValue value) throws BadValueException {
        if (!(value instanceof ConfigValue.Array(Position _, List<ConfigValue> values))) {
            return List.of(text(key, value));
        }
        List<String> texts = new ArrayList<>();
        for (ConfigValue element : values) {
            texts.add(text(key, element));
        }
        return texts;
    }

    public static Duration strictDuration(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Whole) {
            BadValueException wrong = wrongKind(key, "string", value);
            throw new BadValueException(wrong.getMessage() + "; write its unit, too, as in '10s'");
        }
        try {
            return Durations.parse(text(key, value));
        } catch (IllegalArgumentException e) {
            boolean isUnit = String.valueOf(e.getMessage()).contains(" unit ");
            throw new BadValueException(
                    "error parsing "
                            + key
                            + ": "
                            + e.getMessage()
                            + (isUnit ? "; units are ns, us, ms, s, m and h" : ""));
        }
    }

    public static Map<String, ConfigValue.Entry> table(String key, ConfigValue value)
            throws BadValueException {
        if (value
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries)) {
            return entries;
        }
        throw wrongKind(key, "map", value);
    }

    public static List<ConfigValue> array(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            return values;
        }
        throw wrongKind(key, "array", value);
    }
}
