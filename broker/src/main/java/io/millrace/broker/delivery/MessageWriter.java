package io.millrace.broker.delivery;

import io.millrace.protocol.Frame;
import io.millrace.protocol.MsgLine;

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

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] MSG = "MSG ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RMSG = "RMSG ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

    private final LineBuffer line = new LineBuffer();

    /**
     * Appends the message of a PUB or HPUB frame for one subscription.
     *
     * @param queue where to
     * @param sid the subscription's id
     * @param headers whether the receiver understands headers; if not, they are left out
     */
    public void write(OutboundQueue queue, Frame frame, SidText sid, boolean headers) {
        int headerLength = frame.headerLength();
        if (frame.isPlainTail() && (headers || headerLength == 0)) {
            writePlain(queue, frame, sid, headerLength > 0);
        } else {
            writeRebuilt(queue, frame, sid, headers ? headerLength : 0, headerLength);
        }
    }

    private static void writePlain(
            OutboundQueue queue, Frame frame, SidText sid, boolean withHeaders) {
        int bytes = MsgLine.prefixBytes(frame, withHeaders, sid.length()) + frame.tailLength();
        if (bytes <= ChunkPool.SMALL_BYTES && sid.isWord()) {
            Chunk chunk = queue.reserve(bytes);
            MsgLine.write(
                    frame, withHeaders, sid.word(), sid.length(), chunk.region, chunk.written);
            queue.commit(bytes);
        } else {
            writePrefix(queue, withHeaders, frame, sid);
            queue.append(frame.bytes(), frame.tailOffset(), frame.tailLength());
        }
    }

    /** What stands in front of a message's tail, over as many chunks as it takes. */
    private static void writePrefix(
            OutboundQueue queue, boolean withHeaders, Frame frame, SidText sid) {
        queue.append(withHeaders ? HMSG : MSG);
        queue.append(frame.bytes(), frame.subjectOffset(), frame.subjectLength());
        queue.append(sid.text());
    }

    /**
     * The other way: other blanks than single ones, queue groups of a route, or headers the
     * receiver must not see.
     */
    private void writeRebuilt(
            OutboundQueue queue,
            Frame frame,
            SidText sid,
            int shownHeaderLength,
            int headerLength) {
        writePrefix(queue, shownHeaderLength > 0, frame, sid);
        line.clear();
        int replyLength = frame.secondLength();
        if (replyLength > 0) {
            line.put(frame.bytes(), frame.secondOffset(), replyLength);
            line.blank();
        }
        if (shownHeaderLength > 0) {
            line.put(shownHeaderLength);
            line.blank();
        }
        putSizeAndAppend(queue, frame, headerLength - shownHeaderLength);
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
            Frame frame,
            byte[][] queues,
            int queueCount,
            boolean headers) {
        int headerLength = frame.headerLength();
        int shown = headers ? headerLength : 0;
        line.clear();
        line.put(shown > 0 ? HMSG : RMSG);
        line.put(account);
        line.put(frame.bytes(), frame.subjectOffset(), frame.subjectLength());
        if (frame.isPlainTail() && queueCount == 0 && shown == headerLength) {
            line.blank();
            queue.append(line.region(), 0, line.length());
            queue.append(frame.bytes(), frame.tailOffset(), frame.tailLength());
            return;
        }
        putReply(frame, queues, queueCount);
        if (shown > 0) {
            line.blank();
            line.put(shown);
        }
        line.blank();
        putSizeAndAppend(queue, frame, headerLength - shown);
    }

    /** Ends the line with the size, and appends it and the payload without its hidden headers. */
    private void putSizeAndAppend(OutboundQueue queue, Frame frame, int hidden) {
        int length = frame.payloadLength() - hidden;
        line.put(length);
        line.put(CRLF);
        queue.append(line.region(), 0, line.length());
        queue.append(frame.bytes(), frame.payloadOffset() + hidden, length + CRLF.length);
    }

    private void putReply(Frame frame, byte[][] queues, int queueCount) {
        int replyLength = frame.secondLength();
        if (queueCount > 0) {
            line.blank();
            line.put(replyLength > 0 ? (byte) '+' : (byte) '|');
        }
        if (replyLength > 0) {
            line.blank();
            line.put(frame.bytes(), frame.secondOffset(), replyLength);
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
