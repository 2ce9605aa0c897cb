package io.millrace.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message as a subscriber gets it, {@code MSG subject sid tail} or {@code HMSG subject sid
 * tail}, where the {@linkplain Frame#isPlainTail tail} of what was published can be taken as it is.
 *
 * <p>The bounds of all that is read and written are checked once, before the first byte is.
 */
public final class MsgLine {
    /** Bytes behind the message that may be overwritten. */
    public static final int SLACK = Long.BYTES;

    private static final int MSG = word("MSG ");
    private static final int HMSG = word("HMSG");
    private static final int MSG_BYTES = 4;
    private static final int HMSG_BYTES = 5;

    private MsgLine() {}

    private static int word(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.nativeOrder())
                .getInt();
    }

    /**
     * Bytes of what stands in front of the tail.
     *
     * @param subjectBytes of the subject
     * @param headers whether it is an HMSG
     * @param sidBytes of the sid, the blanks on both of its sides included
     */
    public static int prefixBytes(int subjectBytes, boolean headers, int sidBytes) {
        return (headers ? HMSG_BYTES : MSG_BYTES) + subjectBytes + sidBytes;
    }

    /**
     * Writes a message with a sid so short that it fits into a word.
     *
     * @param subjectBytes where its subject stands, which needn't be the frame's
     * @param subjectOffset of the subject
     * @param subjectLength bytes of the subject
     * @param frame has the tail
     * @param headers whether it is an HMSG
     * @param sid its bytes in native order, the blanks on both of its sides included
     * @param sidBytes how many of them there are, at most 8
     * @param to where to; the message and {@link #SLACK} bytes must have room there
     * @param at where in there it begins
     * @throws IndexOutOfBoundsException if there is no room; then nothing is written
     */
    public static void write(
            Region subjectBytes,
            int subjectOffset,
            int subjectLength,
            Frame frame,
            boolean headers,
            long sid,
            int sidBytes,
            Region to,
            int at) {
        int tailLength = frame.tailLength();
        long subject = subjectBytes.address(subjectOffset, subjectLength);
        long tail = frame.bytes().address(frame.tailOffset(), tailLength);
        int prefix = prefixBytes(subjectLength, headers, sidBytes);
        long next = to.address(at, prefix + tailLength + SLACK);
        Memory.putInt(next, headers ? HMSG : MSG);
        if (headers) {
            Memory.putByte(next + MSG_BYTES, (byte) ' ');
        }
        next += headers ? HMSG_BYTES : MSG_BYTES;
        Memory.copy(subject, next, subjectLength);
        next += subjectLength;
        Memory.putLong(next, sid);
        Memory.copy(tail, next + sidBytes, tailLength);
    }
}
