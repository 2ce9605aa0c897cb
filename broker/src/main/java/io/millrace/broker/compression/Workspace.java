package io.millrace.broker.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * An array as large as what was lately in it, and the buffer that shows it.
 *
 * <p>It grows when it must, and shrinks after a while in which a quarter would have been enough, so
 * that a connection that is idle after a burst holds little.
 */
public final class Workspace {
    /** Bytes behind the content that may be read and overwritten by word-wise copies. */
    static final int SLACK_BYTES = 16;

    private static final int SMALLEST_BYTES = 512;
    private static final int SMALL_USES_BEFORE_SHRINKING = 8;

    private byte[] bytes = {};
    private ByteBuf view = Unpooled.EMPTY_BUFFER;
    private int smallUses;

    /** Bytes that the use has needed so far. */
    private int needed;

    byte[] bytes() {
        return bytes;
    }

    /** Part of the array. */
    ByteBuf view(int from, int to) {
        return view.setIndex(from, to);
    }

    /** Begins a new use that has room for so many bytes and the slack; what was there is lost. */
    void begin(int length) {
        smallUses = capacityFor(needed) <= bytes.length / 4 ? smallUses + 1 : 0;
        if (smallUses == SMALL_USES_BEFORE_SHRINKING) {
            smallUses = 0;
            use(new byte[capacityFor(Math.max(needed, length))]);
        }
        grow(0, length);
    }

    /** Makes room for so many bytes and the slack, and keeps the first of them. */
    void grow(int kept, int length) {
        needed = length;
        if (length + SLACK_BYTES > bytes.length) {
            byte[] larger = new byte[capacityFor(length)];
            System.arraycopy(bytes, 0, larger, 0, kept);
            use(larger);
        }
    }

    /** Gives up what is there if it is larger. */
    void shrinkTo(int most) {
        if (bytes.length > most + SLACK_BYTES) {
            use(new byte[0]);
            needed = 0;
        }
    }

    private void use(byte[] array) {
        bytes = array;
        view = Unpooled.wrappedBuffer(array);
    }

    /** Up to a quarter more than is needed, so that slowly growing content is copied seldom. */
    private static int capacityFor(int length) {
        int room = Math.max(SMALLEST_BYTES, length);
        int step = Math.max(SMALLEST_BYTES, Integer.highestOneBit(room) / 4);
        return Math.ceilDiv(room, step) * step + SLACK_BYTES;
    }
}
