package io.millrace.broker.monitor;

import io.millrace.protocol.Quoted;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of a request, read by the rules of Go's {@code net/url} and {@code strconv}, with
 * their error texts: of two values the first counts, what can't be decoded is left out.
 */
public final class Query {
    /** Pairs that are looked at; no endpoint has half as many parameters. */
    static final int MAX_PAIRS = 64;

    private static final BigInteger MAX_UINT64 =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final Map<String, String> values;
    private final Accepted accepted;

    private Query(Map<String, String> values, Accepted accepted) {
        this.values = values;
        this.accepted = accepted;
    }

    /**
     * Reads what stands behind the question mark.
     *
     * @param encoded may be anything
     */
    public static Query parse(String encoded) {
        Map<String, String> values = new HashMap<>();
        int start = 0;
        for (int pairs = 0; start <= encoded.length() && pairs < MAX_PAIRS; pairs++) {
            int end = encoded.indexOf('&', start);
            end = end < 0 ? encoded.length() : end;
            add(values, encoded.substring(start, end));
            start = end + 1;
        }
        return new Query(values, Accepted.ANYTHING);
    }

    /** The same of somebody who takes these kinds of answers. */
    public Query accepting(Accepted kinds) {
        return new Query(values, kinds);
    }

    /** The kinds of answers that are taken. */
    Accepted accepted() {
        return accepted;
    }

    private static void add(Map<String, String> values, String pair) {
        if (pair.isEmpty() || pair.indexOf(';') >= 0) {
            return;
        }
        int equals = pair.indexOf('=');
        try {
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            values.putIfAbsent(name, value);
        } catch (IllegalArgumentException e) {
            // as the reference: a pair that can't be decoded isn't there
        }
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            switch (encoded[i]) {
                case '+' -> bytes.write(' ');
                case '%' -> {
                    if (i + 2 >= encoded.length) {
                        throw new IllegalArgumentException("cut off");
                    }
                    bytes.write(hex(encoded[i + 1]) << 4 | hex(encoded[i + 2]));
                    i += 2;
                }
                default -> bytes.write(encoded[i]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int hex(byte digit) {
        int value = digit < 0 ? -1 : Character.digit((char) digit, 16);
        if (value < 0) {
            throw new IllegalArgumentException("not hexadecimal");
        }
        return value;
    }

    /** A text; empty if it isn't given. */
    public String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** A yes or no; no if it isn't given. */
    public boolean flag(String name) throws BadQueryException {
        String text = text(name);
        return switch (text) {
            case "" -> false;
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> throw bad("boolean", name, "ParseBool", text, "invalid syntax");
        };
    }

    /** A whole number of 64 bits; 0 if it isn't given. */
    public long number(String name) throws BadQueryException {
        String text = text(name);
        if (text.isEmpty()) {
            return 0;
        }
        boolean signed = text.startsWith("-") || text.startsWith("+");
        if (!isDigits(signed ? text.substring(1) : text)) {
            throw bad("int", name, "Atoi", text, "invalid syntax");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw bad("int", name, "Atoi", text, "value out of range");
        }
    }

    /** A whole number from 0 on, of 64 bits; 0 if it isn't given, the largest if it is larger. */
    public long unsigned(String name) throws BadQueryException {
        String text = text(name);
        if (text.isEmpty()) {
            return 0;
        }
        if (!isDigits(text)) {
            throw bad("uint64", name, "ParseUint", text, "invalid syntax");
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(MAX_UINT64) > 0) {
            throw bad("uint64", name, "ParseUint", text, "value out of range");
        }
        return number.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static BadQueryException bad(
            String kind, String name, String function, String text, String problem) {
        return new BadQueryException(
                "Error decoding "
                        + kind
                        + " for '"
                        + name
                        + "': strconv."
                        + function
                        + ": parsing \""
                        + Quoted.text(text.getBytes(StandardCharsets.UTF_8))
                        + "\": "
                        + problem);
    }
}
