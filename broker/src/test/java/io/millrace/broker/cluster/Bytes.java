package io.millrace.broker.cluster;

import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.ProtocolParser.Status;

import java.lang.foreign.Arena;

/** From the bytes of one connection to frames, whatever pieces they come in. */
final class Bytes {
    /** What becomes of them. */
    interface Listener {
        /** Whether anything but CONNECT may come now; says what happens if not. */
        boolean mayBegin(byte first);

        void frames(FrameBlock frames);

        /** A CONNECT or INFO; false if what follows doesn't count. */
        boolean said(int op, byte[] json);

        void error(ProtocolParser parser);
    }

    private static final int CAPACITY = 1 << 18;
    private static final long ADDRESS = Arena.global().allocate(CAPACITY + Long.BYTES, 8).address();
    private static final FrameBlock FRAMES = new FrameBlock(64);

    private final ProtocolParser parser;
    private final Listener listener;
    private byte[] carry = new byte[0];

    Bytes(ProtocolParser parser, Listener listener) {
        this.parser = parser;
        this.listener = listener;
    }

    /** Takes what has come. */
    void come(byte[] bytes) {
        int length = carry.length + bytes.length;
        if (length > CAPACITY) {
            throw new AssertionError("more at once than is meant to come");
        }
        Memory.put(ADDRESS, carry);
        Memory.put(ADDRESS + carry.length, bytes);
        int from = 0;
        while (from < length) {
            if (!listener.mayBegin(Memory.getByte(ADDRESS + from))) {
                return;
            }
            FRAMES.reset(ADDRESS);
            Status status = parser.parse(ADDRESS, from, length, FRAMES);
            int op = 0;
            byte[] json = new byte[0];
            if (status == Status.CONNECT || status == Status.INFO) {
                int last = FRAMES.count() - 1;
                long frame = FRAMES.frame(last);
                op = FRAMES.op(last);
                json =
                        Memory.bytes(
                                ADDRESS + Memory.getInt(frame + FrameLayout.TAIL_OFFSET),
                                Memory.getInt(frame + FrameLayout.TAIL_LENGTH));
                FRAMES.dropLast();
            }
            if (FRAMES.count() > 0) {
                listener.frames(FRAMES);
            }
            from = parser.consumed();
            if (status == Status.ERROR) {
                listener.error(parser);
                return;
            }
            if (op != 0 && !listener.said(op, json)) {
                return;
            }
            if (status == Status.NEED_MORE) {
                break;
            }
        }
        carry = Memory.bytes(ADDRESS + from, length - from);
    }
}
