package io.millrace.broker.jetstream.consumer;

import io.millrace.protocol.Region;

import java.util.Arrays;

/**
 * What has happened to a consumer, for the log: short, since most messages follow each other. Shard
 * thread.
 *
 * <pre>
 *   one after the other:
 *   kind      byte    one of the constants here
 *   sequence  varint  zigzag, less the last one of what stands before; at first 0
 *   number    varint  DELIVERED, ACKED, SET_ASIDE: of sequences that follow each other.
 *                     ACKED_ALL: of the delivery. TOUCHED: nanoseconds since the epoch. Else 0
 * </pre>
 *
 * <p>When messages were delivered the record says in which all of it stands.
 */
public final class Happenings {
    /** Messages were delivered for the first time. */
    static final int DELIVERED = 1;

    /** One was delivered again. */
    static final int REDELIVERED = 2;

    /** Messages need no more deliveries, each by itself. */
    static final int ACKED = 3;

    /** All up to a message. */
    static final int ACKED_ALL = 4;

    /** One was delivered so often that it isn't any more. */
    static final int EXHAUSTED = 5;

    /** The time of one counts from elsewhere. */
    static final int TOUCHED = 6;

    /** All begins again in front of a message. */
    static final int RESET = 7;

    /** Messages wait for those in front of them: each was looked at, but not delivered yet. */
    static final int SET_ASIDE = 8;

    /** Of one of them, at most. */
    private static final int LONGEST = 1 + 2 * 10;

    /** Messages that follow each other; more are another run. */
    private static final long MOST_IN_A_RUN = 1 << 24;

    private static final byte[] NOTHING = {};
    private static final int SMALLEST = 64;

    /** Who has it happen again. */
    interface Reader {
        /**
         * Something has happened.
         *
         * @param number see above; 1 where it says nothing
         */
        void happened(int kind, long sequence, long number);
    }

    private byte[] bytes = NOTHING;
    private int length;

    // What isn't written yet, as it may go on.
    private int kind;
    private long first;
    private long number;

    /** The last sequence that is written. */
    private long last;

    boolean isEmpty() {
        return length == 0 && kind == 0;
    }

    /** Bytes that it takes, about. */
    public int length() {
        return length;
    }

    void add(int newKind, long sequence, long newNumber) {
        if (newKind == kind
                && isRun(kind)
                && sequence == first + number
                && number < MOST_IN_A_RUN) {
            number++;
            return;
        }
        write();
        kind = newKind;
        first = sequence;
        number = newNumber;
    }

    private void write() {
        if (kind == 0) {
            return;
        }
        if (bytes.length - length < LONGEST) {
            bytes = Arrays.copyOf(bytes, Math.max(SMALLEST, 2 * bytes.length));
        }
        bytes[length++] = (byte) kind;
        long step = first - last;
        put(step << 1 ^ step >> Long.SIZE - 1);
        put(number);
        last = isRun(kind) ? first + number - 1 : first;
        kind = 0;
    }

    private static boolean isRun(int kind) {
        return kind == DELIVERED || kind == ACKED || kind == SET_ASIDE;
    }

    private void put(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    /** All of it, whose length is {@link #length} then. */
    public byte[] finish() {
        write();
        return bytes;
    }

    /** How many bytes {@link #finish} has to say. */
    public int finishedLength() {
        return length;
    }

    /** Nothing has happened. */
    public void clear() {
        length = 0;
        kind = 0;
        last = 0;
    }

    /**
     * Reads what {@link #finish} said.
     *
     * @return false if it isn't that; what stands in front has happened then
     */
    static boolean read(Region from, int offset, int bytes, Reader reader) {
        int at = offset;
        int end = offset + bytes;
        long last = 0;
        long[] value = new long[2];
        while (at < end) {
            int kind = from.getByte(at);
            value[1] = at + 1;
            if (!varint(from, end, value)) {
                return false;
            }
            long sequence = last + (value[0] >>> 1 ^ -(value[0] & 1));
            if (!varint(from, end, value)) {
                return false;
            }
            at = (int) value[1];
            if (isRun(kind) && (value[0] <= 0 || value[0] > MOST_IN_A_RUN)) {
                return false;
            }
            reader.happened(kind, sequence, value[0]);
            last = isRun(kind) ? sequence + value[0] - 1 : sequence;
        }
        return true;
    }

    /** Reads one into the first of two places, from where the second says. */
    private static boolean varint(Region from, int end, long[] value) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (value[1] >= end) {
                return false;
            }
            byte each = from.getByte((int) value[1]);
            value[1]++;
            number |= (each & 0x7FL) << shift;
            if (each >= 0) {
                value[0] = number;
                return true;
            }
        }
        return false;
    }
}
