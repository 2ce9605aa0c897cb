package io.millrace.broker.connection;

import org.jspecify.annotations.Nullable;

/**
 * Arrays of one size that connections of a loop used for what they couldn't hand over yet, for the
 * next of them that can't: under load that is each stretch's rest. I/O thread.
 *
 * <p>At most {@value #MOST} are kept, 512 KiB, which nobody owes; the others are the collector's.
 */
final class SpareArrays {
    /** Bytes of each: what a stretch holds fits. */
    static final int BYTES = 64 * 1024;

    /** Connections that wait at once, of a loop that isn't beset. */
    static final int MOST = 8;

    private final byte[][] spares = new byte[MOST][];
    private int count;

    /** An array of {@link #BYTES} with anything in it; null if there is none. */
    byte @Nullable [] take() {
        return count == 0 ? null : spares[--count];
    }

    /** Takes an array back that nobody uses any more, whatever its size is. */
    void give(byte[] array) {
        if (array.length == BYTES && count < MOST) {
            spares[count++] = array;
        }
    }
}
