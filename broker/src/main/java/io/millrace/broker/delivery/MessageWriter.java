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
    private static final byte[] LMSG = "LMSG ".getBytes(StandardCharsets.US_ASCII);

    /** Stands in front of the subject that clients are told, behind the reply. */
    private static final byte TOLD = '@';

    private static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

    private final LineBuffer line = new LineBuffer();

    /**
     * Appends a message for one subscription.
     *
     * @param queue where to
     * @param sid the subscription's id
     * @param headers whether the receiver understands headers; if not, they are left out
     */
    public void write(OutboundQueue queue, Message message, SidText sid, boolean headers) {
        int headerLength = message.headerLength();
        if (message.isPlainTail() && (headers || headerLength == 0)) {
            writePlain(queue, message, sid, headerLength > 0);
        } else {
            writeRebuilt(queue, message, sid, headers ? headerLength : 0);
        }
    }

    private static void writePlain(
            OutboundQueue queue, Message message, SidText sid, boolean withHeaders) {
        Frame frame = message.frame();
        int tailLength = frame.tailLength();
        int bytes =
                MsgLine.prefixBytes(message.toldLength(), withHeaders, sid.length()) + tailLength;
        if (bytes <= ChunkPool.SMALL_BYTES && sid.isWord()) {
            Chunk chunk = queue.reserve(bytes);
            MsgLine.write(
                    message.toldBytes(),
                    message.toldOffset(),
                    message.toldLength(),
                    frame,
                    withHeaders,
                    sid.word(),
                    sid.length(),
                    chunk.region,
                    chunk.written);
            queue.commit(bytes);
        } else {
            writePrefix(queue, withHeaders, message, sid);
            queue.append(frame.bytes(), frame.tailOffset(), tailLength);
        }
    }

    /** What stands in front of a message's tail, over as many chunks as it takes. */
    private static void writePrefix(
            OutboundQueue queue, boolean withHeaders, Message message, SidText sid) {
        queue.append(withHeaders ? HMSG : MSG);
        queue.append(message.toldBytes(), message.toldOffset(), message.toldLength());
        queue.append(sid.text());
    }

    /**
     * The other way: other blanks than single ones, queue groups of a route, or headers the
     * receiver must not see.
     */
    private void writeRebuilt(
            OutboundQueue queue, Message message, SidText sid, int shownHeaderLength) {
        line.clear();
        line.put(shownHeaderLength > 0 ? HMSG : MSG);
        line.put(message.toldBytes(), message.toldOffset(), message.toldLength());
        line.put(sid.text());
        int replyLength = message.replyLength();
        if (replyLength > 0) {
            line.put(message.replyBytes(), message.replyOffset(), replyLength);
            line.blank();
        }
        if (shownHeaderLength > 0) {
            line.put(shownHeaderLength);
            line.blank();
        }
        putSizeAndAppend(queue, message, shownHeaderLength);
    }

    /**
     * Appends a message for another server.
     *
     * @param account its name with a blank, or {@link #NO_ACCOUNT}
     * @param queues the queue groups of which a member there is to get it
     * @param queueCount how many of them count
     * @param headers whether the other server understands headers
     */
    public void writeRouted(
            OutboundQueue queue,
            byte[] account,
            Message message,
            byte[][] queues,
            int queueCount,
            boolean headers) {
        writeTo(queue, RMSG, account, message, queues, queueCount, headers);
    }

    /** The same, for the other side of a leaf node's connection. */
    public void writeLeaf(
            OutboundQueue queue,
            Message message,
            byte[][] queues,
            int queueCount,
            boolean headers) {
        writeTo(queue, LMSG, NO_ACCOUNT, message, queues, queueCount, headers);
    }

    private void writeTo(
            OutboundQueue queue,
            byte[] verb,
            byte[] account,
            Message message,
            byte[][] queues,
            int queueCount,
            boolean headers) {
        Frame frame = message.frame();
        int headerLength = message.headerLength();
        int shown = headers ? headerLength : 0;
        line.clear();
        line.put(shown > 0 ? HMSG : verb);
        line.put(account);
        line.put(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
        if (isPlainFor(message) && queueCount == 0 && shown == headerLength) {
            line.blank();
            queue.append(line.region(), 0, line.length());
            queue.append(frame.bytes(), frame.tailOffset(), frame.tailLength());
            return;
        }
        putReply(message, queues, queueCount);
        if (shown > 0) {
            line.blank();
            line.put(shown);
        }
        line.blank();
        putSizeAndAppend(queue, message, shown);
    }

    /** Whether all behind the subject can be taken as it is for another server. */
    private static boolean isPlainFor(Message message) {
        return message.isPlainTail() && !message.isToldOtherwise();
    }

    /**
     * Appends a message that a leaf node has sent, for a server of the cluster that understands
     * where it comes from; see {@link #writeRouted}. Its line has a header size, be it 0.
     */
    public void writeFromLeaf(
            OutboundQueue queue, byte[] account, Message message, byte[][] queues, int queueCount) {
        int shown = message.headerLength();
        line.clear();
        line.put(LMSG);
        line.put(message.leafCluster().text());
        line.put(account);
        line.put(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
        putReply(message, queues, queueCount);
        line.blank();
        line.put(shown);
        line.blank();
        putSizeAndAppend(queue, message, shown);
    }

    /** Ends the line with the size, and appends it, the headers if they are shown, the payload. */
    private void putSizeAndAppend(OutboundQueue queue, Message message, int shownHeaderLength) {
        int bodyLength = message.bodyLength();
        line.put(shownHeaderLength + bodyLength);
        line.put(CRLF);
        queue.append(line.region(), 0, line.length());
        if (shownHeaderLength > 0) {
            queue.append(message.headerBytes(), message.headerOffset(), shownHeaderLength);
        }
        queue.append(message.bodyBytes(), message.bodyOffset(), bodyLength + CRLF.length);
    }

    private void putReply(Message message, byte[][] queues, int queueCount) {
        int replyLength = message.replyLength();
        if (queueCount > 0) {
            line.blank();
            line.put(replyLength > 0 ? (byte) '+' : (byte) '|');
        }
        if (replyLength > 0) {
            line.blank();
            line.put(message.replyBytes(), message.replyOffset(), replyLength);
            if (message.isToldOtherwise()) {
                // Without an answer there is no place for it; as in the reference.
                line.put(TOLD);
                line.put(message.toldBytes(), message.toldOffset(), message.toldLength());
            }
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
