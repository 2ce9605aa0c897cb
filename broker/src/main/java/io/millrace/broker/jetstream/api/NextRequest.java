package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a request for messages says, by {@code CONSUMER.MSG.NEXT} or behind {@code +NXT}: nothing, a
 * number, or an object. Used again for each.
 *
 * <p>Numbers, and objects that say only numbers and flags, are read where they lie, without an
 * object for any; what is special, or wrong, is left to the ordinary decoder.
 *
 * <p>One thread's own.
 */
public final class NextRequest {
    private static final byte[] TRUE = PubAckWriter.ascii("true");
    private static final byte[] FALSE = PubAckWriter.ascii("false");

    /** A longer number is left to the ordinary decoder. */
    private static final int MAX_DIGITS = 18;

    private static final int UNKNOWN = -1;

    /** The fields that may be read in place. */
    private enum Field {
        EXPIRES("expires"),
        BATCH("batch"),
        MAX_BYTES("max_bytes"),
        NO_WAIT("no_wait"),
        HEARTBEAT("idle_heartbeat"),
        MIN_PENDING("min_pending"),
        MIN_ACK_PENDING("min_ack_pending"),
        PRIORITY("priority");

        private static final Field[] FIELDS = values();

        private final byte[] name;

        Field(String name) {
            this.name = PubAckWriter.ascii(name);
        }
    }

    private final long[] numbers = new long[Field.FIELDS.length];
    private String group = "";
    private String id = "";
    private boolean structured;
    private @Nullable String wrong;

    // Where it is read.
    private Region bytes = Region.NONE;
    private int at;
    private int end;
    private long number;

    /**
     * Reads one.
     *
     * @return whether it can be done; if not, {@link #refusal} says why
     */
    public boolean read(Region from, int offset, int length) {
        clear();
        bytes = from;
        at = offset;
        end = offset + length;
        if (!readInPlace()) {
            clear();
            readAny(from.bytes(offset, length));
        }
        bytes = Region.NONE;
        long heartbeatNs = heartbeatNs();
        if (wrong == null && heartbeatNs > 0 && heartbeatNs * 2 > expiresNs()) {
            wrong = "heartbeat value too large";
        }
        return wrong == null;
    }

    private void clear() {
        Arrays.fill(numbers, 0);
        group = "";
        id = "";
        structured = false;
        wrong = null;
    }

    /** Messages that are wanted; 0 or less where somebody says so. */
    public long batch() {
        return get(Field.BATCH);
    }

    /** How long to wait for them, in ns; 0 if nothing is said, negative if that is over already. */
    public long expiresNs() {
        return get(Field.EXPIRES);
    }

    /** Bytes that are wanted at most; 0 or less for any number. */
    public long maxBytes() {
        return get(Field.MAX_BYTES);
    }

    /** Whether not to wait where there is no message. */
    public boolean noWait() {
        return get(Field.NO_WAIT) != 0;
    }

    /** How often to say that there is nothing, in ns; 0 or less for never. */
    public long heartbeatNs() {
        return get(Field.HEARTBEAT);
    }

    /** Only when so many messages aren't delivered yet; 0 or less for any. */
    public long minPending() {
        return get(Field.MIN_PENDING);
    }

    /** Only when so many messages aren't acknowledged yet; 0 or less for any. */
    public long minAckPending() {
        return get(Field.MIN_ACK_PENDING);
    }

    /** Who has the least comes first; anything, in order only from 0 to 9. */
    public long priority() {
        return get(Field.PRIORITY);
    }

    /** The group it belongs to; empty for none. */
    public String group() {
        return group;
    }

    /** The name of who is pinned, as the asker knows it; empty for none. */
    public String id() {
        return id;
    }

    /** Whether it was an object: only those belong to groups. */
    public boolean isStructured() {
        return structured;
    }

    /** What the status line says of one that can't be done, with its code; empty if it can be. */
    public String refusal() {
        return wrong == null ? "" : "400 Bad Request - " + wrong;
    }

    private long get(Field field) {
        return numbers[field.ordinal()];
    }

    // --- in place

    /** Reads it if it is plain; returns whether it was. */
    private boolean readInPlace() {
        skipBlanks();
        if (at == end) {
            numbers[Field.BATCH.ordinal()] = 1;
            return true;
        }
        return bytes.getByte(at) == '{' ? readObject() : readNumber();
    }

    private boolean readNumber() {
        if (bytes.getByte(at) == '+') {
            at++;
            if (!isDigit()) {
                return false;
            }
        }
        if (!number(true)) {
            return false;
        }
        numbers[Field.BATCH.ordinal()] = number;
        return isAtEnd();
    }

    private boolean readObject() {
        structured = true;
        at++;
        skipBlanks();
        if (take('}')) {
            return isAtEnd();
        }
        do {
            skipBlanks();
            if (!member()) {
                return false;
            }
            skipBlanks();
        } while (take(','));
        return take('}') && isAtEnd();
    }

    private boolean member() {
        int field = name();
        if (field == UNKNOWN) {
            return false;
        }
        skipBlanks();
        if (!take(':')) {
            return false;
        }
        skipBlanks();
        if (field == Field.NO_WAIT.ordinal() ? !flag() : !number(false)) {
            return false;
        }
        numbers[field] = number;
        return true;
    }

    private int name() {
        if (!take('"')) {
            return UNKNOWN;
        }
        int close = bytes.indexOf((byte) '"', at, end);
        if (close == end) {
            return UNKNOWN;
        }
        int from = at;
        at = close + 1;
        for (Field each : Field.FIELDS) {
            if (each.name.length == close - from && bytes.equal(from, each.name)) {
                return each.ordinal();
            }
        }
        return UNKNOWN;
    }

    private boolean flag() {
        boolean yes = word(TRUE);
        number = yes ? 1 : 0;
        return yes || word(FALSE);
    }

    private boolean word(byte[] word) {
        if (end - at < word.length || !bytes.equal(at, word)) {
            return false;
        }
        at += word.length;
        return true;
    }

    /** Reads one, unless it is no integer or has too many digits. */
    private boolean number(boolean zerosAllowed) {
        boolean negative = take('-');
        int from = at;
        long value = 0;
        while (isDigit() && at - from <= MAX_DIGITS) {
            value = 10 * value + bytes.getByte(at) - '0';
            at++;
        }
        int digits = at - from;
        boolean zeros = digits > 1 && bytes.getByte(from) == '0';
        number = negative ? -value : value;
        return digits > 0 && digits <= MAX_DIGITS && (zerosAllowed || !zeros) && !goesOn();
    }

    /** Whether a number isn't an integer after all. */
    private boolean goesOn() {
        if (at == end) {
            return false;
        }
        byte next = bytes.getByte(at);
        return next == '.' || next == 'e' || next == 'E';
    }

    private boolean isDigit() {
        return at < end && bytes.getByte(at) >= '0' && bytes.getByte(at) <= '9';
    }

    private boolean take(char wanted) {
        if (at == end || bytes.getByte(at) != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private boolean isAtEnd() {
        skipBlanks();
        return at == end;
    }

    private void skipBlanks() {
        while (at < end && isBlank(bytes.getByte(at))) {
            at++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    // --- by the ordinary decoder

    private void readAny(byte[] body) {
        String text = trimmed(new String(body, StandardCharsets.ISO_8859_1));
        if (text.startsWith("{")) {
            try {
                read(
                        JsonDecoder.readAny(
                                RequestSchemas.CONSUMER_NEXT,
                                text.getBytes(StandardCharsets.ISO_8859_1)));
            } catch (BadJsonException e) {
                wrong = e.reason();
            }
        } else {
            numbers[Field.BATCH.ordinal()] = numberOrOne(text);
        }
    }

    private void read(JsonFields fields) {
        structured = true;
        for (Field each : Field.FIELDS) {
            String name = new String(each.name, StandardCharsets.US_ASCII);
            if (each == Field.NO_WAIT) {
                numbers[each.ordinal()] = fields.flag(name) ? 1 : 0;
            } else {
                numbers[each.ordinal()] = fields.number(name);
            }
        }
        group = fields.text("group");
        id = fields.text("id");
    }

    /** Without blanks around it, of which Go has two that JSON hasn't; bytes as characters. */
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && " \t\r\n\u000b\f".indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && " \t\r\n\u000b\f".indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    /** What is no number asks for one message, as in the reference. */
    private static long numberOrOne(String text) {
        boolean number =
                !text.isEmpty()
                        && text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '+' || c == '-');
        try {
            return number ? Long.parseLong(text) : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
