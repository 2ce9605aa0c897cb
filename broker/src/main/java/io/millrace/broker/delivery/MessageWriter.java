package io.millrace.broker.delivery;

import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages into outbound queues. Routing thread.
 *
 * <p>From {@code [reply] size} to the CRLF behind the payload, a PUB is byte for byte the end of
 * its MSG. So a delivery is a short prefix and one copy.
 */
public final class MessageWriter implements AutoCloseable {
    /** The account in the lines of a route that carries only one. */
    public static final byte[] NO_ACCOUNT = {};

    private static final int MSG_BYTES = 4;
    private static final int HMSG_BYTES = 5;
    private static final int MSG_WORD = word("MSG ");
    private static final int HMSG_WORD = word("HMSG");
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] RMSG = "RMSG ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

    private final LineBuffer line = new LineBuffer();

    private static int word(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.nativeOrder())
                .getInt();
    }

    /**
     * Appends the message of a PUB or HPUB frame for one subscription.
     *
     * @param queue where to
     * @param bytes the address that the frame's offsets count from
     * @param frame the frame, {@link FrameLayout}
     * @param sid the subscription's id
     * @param headers whether the receiver understands headers; if not, they are left out
     */
    public void write(OutboundQueue queue, long bytes, long frame, SidText sid, boolean headers) {
        int headerLength = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        boolean plain = (Memory.getInt(frame + FrameLayout.FLAGS) & FrameLayout.PLAIN_TAIL) != 0;
        if (plain && (headers || headerLength == 0)) {
            writePlain(queue, bytes, frame, sid, headerLength > 0);
        } else {
            writeRebuilt(queue, bytes, frame, sid, headers ? headerLength : 0, headerLength);
        }
    }

    private static void writePlain(
            OutboundQueue queue, long bytes, long frame, SidText sid, boolean withHeaders) {
        long subject = bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET);
        int subjectLength = Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH);
        long tail = bytes + Memory.getInt(frame + FrameLayout.TAIL_OFFSET);
        int tailLength = Memory.getInt(frame + FrameLayout.TAIL_LENGTH);
        int prefix = (withHeaders ? HMSG_BYTES : MSG_BYTES) + subjectLength + sid.length();
        if (prefix + tailLength <= ChunkPool.SMALL_BYTES) {
            long at = queue.reserve(prefix + tailLength);
            at = writePrefix(at, withHeaders, subject, subjectLength, sid);
            Memory.copy(tail, at, tailLength);
            queue.commit(prefix + tailLength);
        } else {
            writeSplitPrefix(queue, withHeaders, subject, subjectLength, sid);
            queue.append(tail, tailLength);
        }
    }

    private static long writePrefix(
            long address, boolean withHeaders, long subject, int subjectLength, SidText sid) {
        long at = address;
        if (withHeaders) {
            Memory.putInt(at, HMSG_WORD);
            Memory.putByte(at + Integer.BYTES, (byte) ' ');
            at += HMSG_BYTES;
        } else {
            Memory.putInt(at, MSG_WORD);
            at += MSG_BYTES;
        }
        Memory.copy(subject, at, subjectLength);
        at += subjectLength;
        sid.write(at);
        return at + sid.length();
    }

    private static void writeSplitPrefix(
            OutboundQueue queue,
            boolean withHeaders,
            long subject,
            int subjectLength,
            SidText sid) {
        int prefix = (withHeaders ? HMSG_BYTES : MSG_BYTES) + subjectLength + sid.length();
        if (prefix <= ChunkPool.SMALL_BYTES) {
            writePrefix(queue.reserve(prefix), withHeaders, subject, subjectLength, sid);
            queue.commit(prefix);
            return;
        }
        // A subject longer than a small chunk: only with a raised max_control_line.
        queue.append((withHeaders ? "HMSG " : "MSG ").getBytes(StandardCharsets.US_ASCII));
        queue.append(subject, subjectLength);
        queue.append(sid.text());
    }

    /**
     * The other way: other blanks than single ones, queue groups of a route, or headers the
     * receiver must not see.
     */
    private void writeRebuilt(
            OutboundQueue queue,
            long bytes,
            long frame,
            SidText sid,
            int shownHeaderLength,
            int headerLength) {
        writeSplitPrefix(
                queue,
                shownHeaderLength > 0,
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                sid);
        line.clear();
        int replyLength = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        if (replyLength > 0) {
            line.put(bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET), replyLength);
            line.blank();
        }
        if (shownHeaderLength > 0) {
            line.put(shownHeaderLength);
            line.blank();
        }
        putSizeAndAppend(queue, bytes, frame, headerLength - shownHeaderLength);
    }

    /**
     * Appends the message of a frame for another server.
     *
     * @param account its name with a blank, or {@link #NO_ACCOUNT}
     * @param queues the queue groups of which a member there is to get it
     * @param queueCount how many of them count
     * @param headers whether the other server understands headers
     */
    public void writeRouted(
            OutboundQueue queue,
            byte[] account,
            long bytes,
            long frame,
            byte[][] queues,
            int queueCount,
            boolean headers) {
        int headerLength = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        int shown = headers ? headerLength : 0;
        int tailLength = Memory.getInt(frame + FrameLayout.TAIL_LENGTH);
        long tail = bytes + Memory.getInt(frame + FrameLayout.TAIL_OFFSET);
        line.clear();
        line.put(shown > 0 ? HMSG : RMSG);
        line.put(account);
        line.put(
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH));
        boolean plain = (Memory.getInt(frame + FrameLayout.FLAGS) & FrameLayout.PLAIN_TAIL) != 0;
        if (plain && queueCount == 0 && shown == headerLength) {
            line.blank();
            queue.append(line.address(), line.length());
            queue.append(tail, tailLength);
            return;
        }
        putReply(bytes, frame, queues, queueCount);
        if (shown > 0) {
            line.blank();
            line.put(shown);
        }
        line.blank();
        putSizeAndAppend(queue, bytes, frame, headerLength - shown);
    }

    /** Ends the line with the size, and appends it and the payload without its hidden headers. */
    private void putSizeAndAppend(OutboundQueue queue, long bytes, long frame, int hidden) {
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH) - hidden;
        line.put(length);
        line.put(CRLF);
        queue.append(line.address(), line.length());
        long end =
                bytes
                        + Memory.getInt(frame + FrameLayout.TAIL_OFFSET)
                        + Memory.getInt(frame + FrameLayout.TAIL_LENGTH);
        int withEnd = length + CRLF.length;
        queue.append(end - withEnd, withEnd);
    }

    private void putReply(long bytes, long frame, byte[][] queues, int queueCount) {
        int replyLength = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        if (queueCount > 0) {
            line.blank();
            line.put(replyLength > 0 ? (byte) '+' : (byte) '|');
        }
        if (replyLength > 0) {
            line.blank();
            line.put(bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET), replyLength);
        }
        for (int i = 0; i < queueCount; i++) {
            line.blank();
            line.put(queues[i]);
        }
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        line.close();
    }

    /**
     * Appends the message that tells a requester that nobody listens: a 503 status with the subject
     * it asked.
     */
    public void writeNoResponders(OutboundQueue queue, byte[] reply, byte[] subject, SidText sid) {
        byte[] status = "NATS/1.0 503\r\nNats-Subject: ".getBytes(StandardCharsets.US_ASCII);
        int length = status.length + subject.length + 4;
        queue.append(("HMSG ").getBytes(StandardCharsets.US_ASCII));
        queue.append(reply);
        queue.append(
                (" " + new String(sid.sid(), StandardCharsets.ISO_8859_1) + " ")
                        .getBytes(StandardCharsets.ISO_8859_1));
        queue.append((length + " " + length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        queue.append(status);
        queue.append(subject);
        queue.append("\r\n\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}
