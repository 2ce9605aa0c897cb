package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.consumer.AckSubject;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * What comes for consumers by themselves: requests for messages, acknowledgements, answers to flow
 * control. Shard thread; no object for any of them.
 */
final class ConsumerMessages {
    /** What acknowledgements are published to, in each account that has consumers. */
    static final String ACKS = "$JS.ACK.>";

    /** What answers to flow control are. */
    static final String FLOW_CONTROL = "$JS.FC.>";

    private static final byte[] NEXT = text("$JS.API.CONSUMER.MSG.NEXT.");
    private static final byte[] FC = text("$JS.FC.");

    private final Shard shard;
    private final Overload overload;
    private final AckSubject ack = new AckSubject();
    private final Bytes subject = new Bytes();
    private final Bytes reply = new Bytes();
    private final Bytes said = new Bytes();

    ConsumerMessages(Shard shard, Overload overload) {
        this.shard = shard;
        this.overload = overload;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether a request is one for messages. */
    static boolean asksForMessages(ServiceMessage message) {
        return message.subjectLength() > NEXT.length
                && message.bytes().equal(message.subjectOffset(), NEXT);
    }

    private @Nullable ConsumerHandle find(ServiceMessage message, int offset, int length) {
        return tenant(message).consumerNames.find(message.bytes(), offset, length);
    }

    private Tenant tenant(ServiceMessage message) {
        return shard.streams().tenant(message.from());
    }

    /** Somebody wants messages; false if there is no such consumer. */
    boolean next(ServiceMessage message) {
        int begin = message.subjectOffset() + NEXT.length;
        ConsumerHandle its = find(message, begin, message.subjectLength() - NEXT.length);
        if (its == null) {
            return false;
        }
        if (message.replyLength() == 0) {
            return true;
        }
        reply(message);
        if (message.isRefused()) {
            overload.refused();
            its.consumer().refuseNext(reply);
        } else {
            its.consumer()
                    .next(
                            reply,
                            !message.isUnheard(),
                            message.bytes(),
                            message.payloadOffset(),
                            message.payloadLength());
        }
        return true;
    }

    private void reply(ServiceMessage message) {
        if (message.replyLength() == 0) {
            reply.none();
        } else {
            reply.at(message.bytes(), message.replyOffset(), message.replyLength());
        }
    }

    /** Somebody says what became of a message; false if there is no such consumer. */
    boolean ack(ServiceMessage message) {
        Region bytes = message.bytes();
        if (!ack.moveTo(bytes, message.subjectOffset(), message.subjectLength())) {
            return false;
        }
        int from = ack.streamOffset();
        int length = ack.consumerOffset() + ack.consumerLength() - from;
        ConsumerHandle its = find(message, from, length);
        if (its == null) {
            return false;
        }
        if (message.isRefused()) {
            return true;
        }
        reply(message);
        said.at(bytes, message.payloadOffset(), message.payloadLength());
        its.consumer().onAck(ack, said, reply, !message.isUnheard());
        return true;
    }

    /** A number that a header says; 0 if it doesn't. Asked once in megabytes. */
    private static long header(ServiceMessage message, String name) {
        String block = new String(message.headers(), StandardCharsets.ISO_8859_1);
        int at = block.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return 0;
        }
        int begin = at + name.length() + 3;
        int end = block.indexOf("\r\n", begin);
        // Anybody may publish there, and headers that end in the middle.
        String value = block.substring(begin, end < 0 ? block.length() : end).strip();
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    /** Somebody has answered flow control. */
    void flowControl(ServiceMessage message) {
        Region bytes = message.bytes();
        int begin = message.subjectOffset() + FC.length;
        int end = message.subjectOffset() + message.subjectLength();
        int stream = bytes.indexOf((byte) '.', begin, end);
        int consumer = stream == end ? end : bytes.indexOf((byte) '.', stream + 1, end);
        if (consumer == end || message.isRefused()) {
            return;
        }
        ConsumerHandle its = find(message, begin, consumer - begin);
        if (its != null) {
            subject.at(bytes, message.subjectOffset(), message.subjectLength());
            long sequence = header(message, "Nats-Last-Stream");
            long delivery = header(message, "Nats-Last-Consumer");
            its.consumer().onFlowControl(subject, sequence, delivery);
        }
    }
}
