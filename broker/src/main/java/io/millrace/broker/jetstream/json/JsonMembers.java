package io.millrace.broker.jetstream.json;

import io.millrace.protocol.Quoted;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks through the members of an object whose names no schema knows, such as sequences, without
 * keeping any. One thread's own.
 */
public final class JsonMembers {
    private final byte[] text;
    private final int end;
    private int at;
    private String name = "";
    private int from;

    private JsonMembers(byte[] text, int from, int to) {
        this.text = text;
        at = from + 1;
        end = to - 1;
    }

    /**
     * Walks through an object; {@code null} is one without members.
     *
     * @throws BadJsonException if it isn't JSON, or no object
     */
    public static JsonMembers of(byte[] text) throws BadJsonException {
        JsonScan.checkWhole(text);
        int from = JsonScan.skipBlanks(text, 0);
        return at(text, from, JsonScan.endOfValue(text, from));
    }

    private static JsonMembers at(byte[] text, int from, int to) throws BadJsonException {
        if (text[from] == 'n') {
            return new JsonMembers(text, from, from + 2);
        }
        if (text[from] != '{') {
            throw new BadJsonException("json: not an object");
        }
        return new JsonMembers(text, from, to);
    }

    /** Goes on to the next member; false behind the last one. */
    public boolean next() throws BadJsonException {
        at = JsonScan.skipBlanks(text, at);
        if (at < end && text[at] == ',') {
            at = JsonScan.skipBlanks(text, at + 1);
        }
        if (at >= end) {
            return false;
        }
        int close = JsonScan.endOfValue(text, at);
        String raw = new String(text, at + 1, close - at - 2, StandardCharsets.UTF_8);
        name = raw.indexOf('\\') < 0 ? raw : JsonText.unescaped(raw);
        int colon = JsonScan.skipBlanks(text, close);
        from = JsonScan.skipBlanks(text, colon + 1);
        at = JsonScan.endOfValue(text, from);
        return true;
    }

    /** The member's name. */
    public String name() {
        return name;
    }

    /** The member's name, taken for a number without a sign. */
    public long nameNumber() throws BadJsonException {
        return unsigned(name);
    }

    /** The member's value as it stands there. */
    public byte[] raw() {
        return Arrays.copyOfRange(text, from, at);
    }

    /** Whether the member's value is {@code null}. */
    public boolean isNull() {
        return text[from] == 'n';
    }

    /** The member's value, an object. */
    public JsonMembers object() throws BadJsonException {
        return at(text, from, at);
    }

    /** The member's value, a number from 0. */
    public long unsigned() throws BadJsonException {
        return unsigned(value());
    }

    /** The member's value, a number. */
    public long number() throws BadJsonException {
        try {
            return Long.parseLong(value());
        } catch (NumberFormatException e) {
            throw notNumber(value());
        }
    }

    private String value() {
        return new String(text, from, at - from, StandardCharsets.UTF_8);
    }

    private static long unsigned(String digits) throws BadJsonException {
        try {
            long value = Long.parseLong(digits);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw notNumber(digits);
    }

    private static BadJsonException notNumber(String text) {
        return new BadJsonException("json: not a number: \"" + Quoted.utf8(text) + '"');
    }
}
