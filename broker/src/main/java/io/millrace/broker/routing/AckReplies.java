package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * Replies to messages of streams that another server delivers: {@code $JS.ACK.…@subject}. Behind
 * the {@code @} stands the subject that clients are told, which is another than the message is
 * routed by. Routing thread; the hot path.
 */
final class AckReplies {
    private static final byte[] PREFIX = "$JS.ACK.".getBytes(StandardCharsets.US_ASCII);

    /** Dots in front of the last token; names in it may well have an {@code @}. */
    private static final int DOTS = 8;

    private AckReplies() {}

    /** Has clients be told what the reply says, and gives them the reply alone. */
    static void apply(Message message) {
        int length = message.replyLength();
        if (length > PREFIX.length) {
            Region bytes = message.replyBytes();
            int reply = message.replyOffset();
            int at = told(bytes, reply, length);
            if (at >= 0) {
                message.toldAs(bytes, at + 1, reply + length - at - 1);
                message.replyingTo(bytes, reply, at - reply);
            }
        }
    }

    /**
     * Whether a stream's message is acknowledged by its reply. That says what is acknowledged, and
     * clients read it: so it stays as it is in whichever account they get the message.
     */
    static boolean isAcknowledgedBy(Message message) {
        return message.isToldOtherwise()
                && message.replyLength() > PREFIX.length
                && message.replyBytes().equal(message.replyOffset(), PREFIX);
    }

    /** Where the {@code @} stands; -1 if there is none, or nothing behind it. */
    private static int told(Region bytes, int reply, int length) {
        if (!bytes.equal(reply, PREFIX)) {
            return -1;
        }
        int dots = 0;
        int end = reply + length - 1;
        for (int at = reply; at < end; at++) {
            byte each = bytes.getByte(at);
            if (each == '.') {
                dots++;
            } else if (each == '@' && dots >= DOTS) {
                return at;
            }
        }
        return -1;
    }
}
