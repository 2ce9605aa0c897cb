package io.millrace.broker.connection;

import io.netty.buffer.ByteBuf;

import java.util.Arrays;

/**
 * Finds the frames in what a WebSocket's other side sends, however it comes in pieces; RFC 6455. A
 * frame's payload is passed on as it comes, and unmasked where it stands: what a frame claims to
 * bring takes up nothing. Belongs to the connection's I/O loop.
 */
final class FrameReader {
    /** What {@link #next} has found. */
    enum Found {
        /** Nothing: all is read. */
        NOTHING,
        /** A piece of a message, see {@link #data}. */
        DATA,
        /** A whole control frame, see {@link #opcode} and {@link #control}. */
        CONTROL,
        /** That the other side doesn't keep to the rules, see {@link #problem}. */
        PROBLEM
    }

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int MAX_CONTROL_BYTES = 125;

    static final int FINAL_BIT = 0x80;
    static final int COMPRESSED_BIT = 0x40;
    private static final int OTHER_RESERVED_BITS = 0x30;
    private static final int OPCODE_BITS = 0x0f;
    static final int MASK_BIT = 0x80;
    private static final int LENGTH_BITS = 0x7f;

    /** In place of a length: it follows, in two bytes. */
    static final int LENGTH_16 = 126;

    /** In place of a length: it follows, in eight bytes. */
    static final int LENGTH_64 = 127;

    private static final int LONGEST_HEADER = 14;

    private final boolean mustMask;
    private final boolean mayCompress;

    // The header of a frame, as far as it has come.
    private final byte[] header = new byte[LONGEST_HEADER];
    private int headerBytes;
    private int neededBytes = 2;

    // The frame whose payload is being read.
    private boolean inPayload;
    private int opcode;
    private boolean finalFrame;
    private long left;
    private boolean masked;
    private int mask;

    // The message whose frames are being read.
    private boolean inMessage;
    private boolean compressed;

    private final byte[] control = new byte[MAX_CONTROL_BYTES];
    private int controlBytes;
    private String problem = "";

    /**
     * Nothing was read yet.
     *
     * @param mustMask whether frames must be masked
     * @param mayCompress whether messages may be compressed
     */
    FrameReader(boolean mustMask, boolean mayCompress) {
        this.mustMask = mustMask;
        this.mayCompress = mayCompress;
    }

    /** Reads on, up to what is worth to be told. */
    Found next(ByteBuf in) {
        while (true) {
            if (!inPayload) {
                if (!readHeader(in)) {
                    return Found.NOTHING;
                }
                if (!problem.isEmpty()) {
                    return Found.PROBLEM;
                }
                inPayload = true;
                if (left == 0) {
                    return isControl() ? endControl() : Found.DATA;
                }
            }
            if (!in.isReadable()) {
                return Found.NOTHING;
            }
            if (!isControl()) {
                return Found.DATA;
            }
            readControl(in);
            if (left == 0) {
                return endControl();
            }
        }
    }

    // --- headers

    /** Whether a whole one was read. */
    private boolean readHeader(ByteBuf in) {
        while (headerBytes < neededBytes) {
            int bytes = Math.min(neededBytes - headerBytes, in.readableBytes());
            if (bytes == 0) {
                return false;
            }
            in.readBytes(header, headerBytes, bytes);
            headerBytes += bytes;
            if (headerBytes == 2) {
                neededBytes += lengthBytes() + (isMasked() ? 4 : 0);
            }
        }
        opened();
        headerBytes = 0;
        neededBytes = 2;
        return true;
    }

    private int lengthBytes() {
        return switch (header[1] & LENGTH_BITS) {
            case LENGTH_16 -> 2;
            case LENGTH_64 -> 8;
            default -> 0;
        };
    }

    private boolean isMasked() {
        return (header[1] & MASK_BIT) != 0;
    }

    private void opened() {
        int first = header[0];
        opcode = first & OPCODE_BITS;
        finalFrame = (first & FINAL_BIT) != 0;
        boolean marked = (first & COMPRESSED_BIT) != 0;
        masked = isMasked();
        problem = problemOf(first, marked);
        if (!problem.isEmpty()) {
            return;
        }
        int lengthBytes = lengthBytes();
        left = lengthBytes == 0 ? header[1] & LENGTH_BITS : number(2, lengthBytes);
        if (left < 0) {
            problem = "invalid 64-bit payload length";
            return;
        }
        mask = masked ? (int) number(2 + lengthBytes, 4) : 0;
        controlBytes = 0;
        if (!isControl()) {
            compressed = opcode == CONTINUATION ? compressed : marked;
            inMessage = !finalFrame;
        }
    }

    private String problemOf(int first, boolean marked) {
        if ((first & OTHER_RESERVED_BITS) != 0) {
            return "RSV2 and RSV3 must be clear";
        }
        if (marked && !mayCompress) {
            return "compressed frame received without negotiated permessage-deflate";
        }
        if (mustMask && !masked) {
            return "mask bit missing";
        }
        return switch (opcode) {
            case CLOSE, PING, PONG -> controlProblem(marked);
            case TEXT, BINARY ->
                    inMessage
                            ? "new message started before final frame for previous message was"
                                    + " received"
                            : "";
            case CONTINUATION -> !inMessage || marked ? "invalid continuation frame" : "";
            default -> "unknown opcode " + opcode;
        };
    }

    private String controlProblem(boolean marked) {
        if ((header[1] & LENGTH_BITS) > MAX_CONTROL_BYTES) {
            return "control frame length bigger than maximum allowed of "
                    + MAX_CONTROL_BYTES
                    + " bytes";
        }
        if (!finalFrame) {
            return "control frame does not have final bit set";
        }
        return marked ? "control frame must not be compressed" : "";
    }

    private long number(int from, int bytes) {
        long number = 0;
        for (int i = from; i < from + bytes; i++) {
            number = number << 8 | header[i] & 0xff;
        }
        return number;
    }

    // --- payloads

    /**
     * The piece of a message that was found, unmasked: as much as has come of its frame.
     *
     * @return the caller's, to be released; empty for a frame without payload
     */
    ByteBuf data(ByteBuf in) {
        int bytes = (int) Math.min(left, in.readableBytes());
        unmask(in, in.readerIndex(), bytes);
        left -= bytes;
        inPayload = left > 0;
        return in.readRetainedSlice(bytes);
    }

    /** Whether the piece that was read last is of a compressed message. */
    boolean isCompressed() {
        return compressed;
    }

    /** Whether that piece ends its message. */
    boolean endsMessage() {
        return !inMessage && !inPayload;
    }

    /** What kind the control frame is of. */
    int opcode() {
        return opcode;
    }

    /** The payload of the control frame. */
    byte[] control() {
        return Arrays.copyOf(control, controlBytes);
    }

    /** What rule was broken. */
    String problem() {
        return problem;
    }

    private boolean isControl() {
        return opcode >= CLOSE;
    }

    private void readControl(ByteBuf in) {
        int bytes = (int) Math.min(left, in.readableBytes());
        unmask(in, in.readerIndex(), bytes);
        in.readBytes(control, controlBytes, bytes);
        controlBytes += bytes;
        left -= bytes;
    }

    private Found endControl() {
        inPayload = false;
        return Found.CONTROL;
    }

    private void unmask(ByteBuf in, int from, int bytes) {
        if (masked) {
            mask = Masking.apply(mask, in, from, bytes);
        }
    }
}
