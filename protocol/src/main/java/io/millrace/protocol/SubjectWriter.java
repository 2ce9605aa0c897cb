package io.millrace.protocol;

/**
 * Where a transform writes the subject that it makes: a range of somebody's memory. What doesn't
 * fit is left out and remembered.
 *
 * <p>One thread's own, for one subject after the other.
 */
public final class SubjectWriter {
    private static final int TEN = 10;

    private Region to = Region.NONE;
    private int start;
    private int at;
    private int end;
    private boolean full;

    /**
     * Begins another subject.
     *
     * @param room the most bytes that it may have; from {@code offset} on they must be in the
     *     region, and must not be those of the subject that is transformed
     * @return this
     */
    public SubjectWriter into(Region region, int offset, int room) {
        // Fails here rather than at some byte, should the range not be there.
        region.address(offset, room);
        to = region;
        start = offset;
        at = offset;
        end = offset + room;
        full = false;
        return this;
    }

    /** Whether something was left out. */
    boolean isFull() {
        return full;
    }

    /** Bytes written. */
    int length() {
        return at - start;
    }

    void put(byte[] bytes) {
        if (has(bytes.length)) {
            to.put(at, bytes);
            at += bytes.length;
        }
    }

    void separate() {
        if (has(1)) {
            to.putByte(at, Subject.SEPARATOR);
            at++;
        }
    }

    void copy(Region from, int offset, int bytes) {
        if (has(bytes)) {
            from.copy(offset, to, at, bytes);
            at += bytes;
        }
    }

    /** Writes a number in decimal, from 0. */
    void number(long value) {
        int digits = 1;
        for (long rest = value / TEN; rest > 0; rest /= TEN) {
            digits++;
        }
        if (has(digits)) {
            long rest = value;
            for (int digit = at + digits - 1; digit >= at; digit--) {
                to.putByte(digit, (byte) ('0' + rest % TEN));
                rest /= TEN;
            }
            at += digits;
        }
    }

    private boolean has(int bytes) {
        // Nothing follows what was left out.
        full |= bytes > end - at;
        return !full;
    }
}
