package io.millrace.broker.config.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits a command line by the rules of Go's {@code flag} package, which the reference's users
 * know: one dash or two, {@code -x v} or {@code -x=v}, booleans alone or with {@code =}, nothing
 * joined, and the end at the first word that isn't a flag.
 *
 * <p>Written by hand because libraries bend these rules: {@code -D false} is a flag and a word, and
 * {@code -DV} is one flag.
 *
 * @param flags the flags in order, each under its name without dashes; booleans as {@code true} or
 *     {@code false}
 * @param words what stands behind the flags
 */
public record GoFlags(List<Map.Entry<String, String>> flags, List<String> words) {
    /** A flag that isn't one, or lacks its value. The message is Go's. */
    public static final class BadFlagException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String unknown;

        BadFlagException(String message, String unknown) {
            super(message, null, false, false);
            this.unknown = unknown;
        }

        /** The name of the flag that isn't one; empty if something else is wrong. */
        public String unknown() {
            return unknown;
        }
    }

    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    /**
     * Splits.
     *
     * @param booleans names of flags that are booleans
     * @param others names of all other flags
     * @throws BadFlagException if a flag has none of these names, or lacks its value
     */
    public static GoFlags parse(List<String> arguments, Set<String> booleans, Set<String> others)
            throws BadFlagException {
        List<Map.Entry<String, String>> flags = new ArrayList<>();
        int at = 0;
        while (at < arguments.size()) {
            String argument = arguments.get(at);
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                break;
            }
            at++;
            if (argument.equals("--")) {
                break;
            }
            String flag = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (flag.isEmpty() || flag.startsWith("-") || flag.startsWith("=")) {
                throw new BadFlagException("bad flag syntax: " + argument, "");
            }
            int equals = flag.indexOf('=');
            String name = equals < 0 ? flag : flag.substring(0, equals);
            if (booleans.contains(name)) {
                String value = equals < 0 ? "true" : flag.substring(equals + 1);
                flags.add(Map.entry(name, bool(name, value)));
            } else if (others.contains(name)) {
                if (equals < 0 && at == arguments.size()) {
                    throw new BadFlagException("flag needs an argument: -" + name, "");
                }
                flags.add(
                        Map.entry(
                                name,
                                equals < 0 ? arguments.get(at++) : flag.substring(equals + 1)));
            } else {
                throw new BadFlagException("flag provided but not defined: -" + name, name);
            }
        }
        return new GoFlags(flags, List.copyOf(arguments.subList(at, arguments.size())));
    }

    /** The value given last to a flag of several names; empty if it isn't given. */
    public String last(String... names) {
        String value = "";
        for (Map.Entry<String, String> flag : flags) {
            if (List.of(names).contains(flag.getKey())) {
                value = flag.getValue();
            }
        }
        return value;
    }

    private static String bool(String name, String value) throws BadFlagException {
        if (TRUE.contains(value)) {
            return "true";
        }
        if (FALSE.contains(value)) {
            return "false";
        }
        throw new BadFlagException(
                "invalid boolean value \"" + value + "\" for -" + name + ": parse error", "");
    }
}
