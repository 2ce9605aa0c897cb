package io.millrace.broker.cluster;

import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.ProtocolParser.Status;
import io.millrace.protocol.Region;

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
    private static final Region REGION = NativeBlock.allocate(CAPACITY).region();
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
        REGION.put(0, carry);
        REGION.put(carry.length, bytes);
        int from = 0;
        while (from < length) {
            if (!listener.mayBegin(REGION.getByte(from))) {
                return;
            }
            FRAMES.reset(REGION);
            Status status = parser.parse(REGION, from, length, FRAMES);
            int op = 0;
            byte[] json = new byte[0];
            if (status == Status.CONNECT || status == Status.INFO) {
                int last = FRAMES.count() - 1;
                op = FRAMES.op(last);
                json = FRAMES.frame(last).tail();
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
        carry = REGION.bytes(from, length - from);
    }
}
