package io.millrace.broker.jetstream.json;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes one JSON object as Go does: without blanks, with the same characters escaped, and with the
 * fields that may be left out left out when they are empty. Bounded.
 */
public final class JsonWriter {
    /** Bytes of what is written: 64 MiB, or less where the heap is small. */
    public static final int MAX_BYTES =
            (int) Math.min(64 * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);

    private static final int USUAL_BYTES = 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[USUAL_BYTES];
    private int length;

    /** Whether something stands before what comes next. */
    private boolean follows;

    /** Begins the object. */
    public JsonWriter() {
        open('{');
    }

    /** Ends the object. */
    public byte[] finish() {
        close('}');
        return Arrays.copyOf(bytes, length);
    }

    /** Writes a field. */
    public JsonWriter field(String name, long value) {
        name(name);
        ascii(Long.toString(value));
        follows = true;
        return this;
    }

    public JsonWriter field(String name, boolean value) {
        name(name);
        ascii(value ? "true" : "false");
        follows = true;
        return this;
    }

    public JsonWriter field(String name, String value) {
        name(name);
        string(value);
        follows = true;
        return this;
    }

    /**
     * A point in time.
     *
     * @param timeNs since the epoch; 0 for none
     */
    public JsonWriter time(String name, long timeNs) {
        return field(name, GoTime.text(timeNs));
    }

    /** Left out when there is none. */
    public JsonWriter someTime(String name, @Nullable OffsetDateTime time) {
        return time == null ? this : field(name, GoTime.text(time));
    }

    public JsonWriter nothing(String name) {
        name(name);
        ascii("null");
        follows = true;
        return this;
    }

    /** Left out when it is 0. */
    public JsonWriter some(String name, long value) {
        return value == 0 ? this : field(name, value);
    }

    /** Left out when it is empty. */
    public JsonWriter some(String name, String value) {
        return value.isEmpty() ? this : field(name, value);
    }

    /** Left out when it is false. */
    public JsonWriter some(String name, boolean value) {
        return value ? field(name, true) : this;
    }

    /** Left out when there are none. */
    public JsonWriter someTexts(String name, List<String> values) {
        return values.isEmpty() ? this : texts(name, values);
    }

    public JsonWriter texts(String name, List<String> values) {
        name(name);
        open('[');
        for (String value : values) {
            separate();
            string(value);
            follows = true;
        }
        return close(']');
    }

    /** Left out when there are none; sorted as the map is. */
    public JsonWriter someTextMap(String name, Map<String, String> values) {
        return values.isEmpty() ? this : object(name, out -> values.forEach(out::field));
    }

    /** Numbers by name, left out when there are none; sorted as the map is. */
    public JsonWriter someNumberMap(String name, Map<String, Long> values) {
        return values.isEmpty() ? this : object(name, out -> values.forEach(out::field));
    }

    /** Left out when there are none. */
    public JsonWriter someNumbers(String name, long[] values) {
        return values.length == 0 ? this : numbers(name, values);
    }

    public JsonWriter numbers(String name, long[] values) {
        name(name);
        open('[');
        for (long value : values) {
            separate();
            ascii(Long.toString(value));
            follows = true;
        }
        return close(']');
    }

    /** Bytes as Base64, left out when there are none. */
    public JsonWriter someBytes(String name, Region from, int offset, int count) {
        if (count == 0) {
            return this;
        }
        if (count > MAX_BYTES / 4 * 3) {
            throw new TooMuchJsonException(MAX_BYTES);
        }
        name(name);
        add('"');
        byte[] encoded = Base64.getEncoder().encode(from.bytes(offset, count));
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        add('"');
        follows = true;
        return this;
    }

    /** The fields of an object. */
    public interface Fields {
        void write(JsonWriter out);
    }

    /** The fields of an object that stands for something. */
    public interface ElementFields<T> {
        void write(JsonWriter out, T element);
    }

    public JsonWriter object(String name, Fields fields) {
        name(name);
        open('{');
        fields.write(this);
        return close('}');
    }

    /** Left out when there is none. */
    public <T> JsonWriter someObject(String name, @Nullable T value, ElementFields<T> fields) {
        return value == null ? this : object(name, out -> fields.write(out, value));
    }

    /** An array of objects. */
    public <T> JsonWriter objects(String name, Iterable<T> elements, ElementFields<T> fields) {
        name(name);
        open('[');
        for (T element : elements) {
            separate();
            open('{');
            fields.write(this, element);
            close('}');
        }
        return close(']');
    }

    // --- bytes

    private void open(char bracket) {
        add(bracket);
        follows = false;
    }

    private JsonWriter close(char bracket) {
        add(bracket);
        follows = true;
        return this;
    }

    private void separate() {
        if (follows) {
            add(',');
        }
    }

    private void name(String name) {
        separate();
        string(name);
        add(':');
    }

    private void string(String text) {
        add('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                character(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                utf8(Character.toCodePoint(c, text.charAt(i)));
            } else if (c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                unicode(Character.isSurrogate(c) ? '\uFFFD' : c);
            } else {
                utf8(c);
            }
        }
        add('"');
    }

    private void character(char c) {
        switch (c) {
            case '"', '\\' -> add('\\').add(c);
            case '\b' -> add('\\').add('b');
            case '\f' -> add('\\').add('f');
            case '\n' -> add('\\').add('n');
            case '\r' -> add('\\').add('r');
            case '\t' -> add('\\').add('t');
            // So that it can stand in HTML, as Go has it.
            case '<', '>', '&' -> unicode(c);
            default -> {
                if (c < ' ') {
                    unicode(c);
                } else {
                    add(c);
                }
            }
        }
    }

    private void unicode(char c) {
        ascii("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            add((char) HEX[c >> shift & 0xF]);
        }
    }

    private void utf8(int c) {
        if (c < 0x800) {
            add((char) (0xC0 | c >> 6));
        } else {
            if (c < 0x10000) {
                add((char) (0xE0 | c >> 12));
            } else {
                add((char) (0xF0 | c >> 18));
                add((char) (0x80 | c >> 12 & 0x3F));
            }
            add((char) (0x80 | c >> 6 & 0x3F));
        }
        add((char) (0x80 | c & 0x3F));
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
    }

    private JsonWriter add(char single) {
        if (length == bytes.length) {
            room(1);
        }
        bytes[length++] = (byte) single;
        return this;
    }

    private void room(int more) {
        if (more > MAX_BYTES - length) {
            throw new TooMuchJsonException(MAX_BYTES);
        }
        if (length + more > bytes.length) {
            int grown = Math.min(MAX_BYTES, Math.max(2 * bytes.length, length + more));
            bytes = Arrays.copyOf(bytes, grown);
        }
    }
}
