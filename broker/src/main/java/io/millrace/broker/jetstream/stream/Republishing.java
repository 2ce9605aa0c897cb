package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.Republish;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Publishes again what a stream has kept, under another subject. Shard thread. */
final class Republishing {
    private static final byte[] BEGIN = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final String stream;
    private final SubjectChange change;
    private final boolean headersOnly;
    private final Messages messages;
    private final Bytes to = new Bytes();
    private final Bytes none = new Bytes();
    private final Bytes block = new Bytes();

    private Republishing(
            String stream, SubjectChange change, boolean headersOnly, Messages messages) {
        this.stream = stream;
        this.change = change;
        this.headersOnly = headersOnly;
        this.messages = messages;
    }

    static Republishing of(StreamConfig config, Messages messages) {
        @Nullable Republish wanted = config.republish();
        // As there: without a destination it is accepted, and nothing is published.
        return wanted == null || wanted.destination().isEmpty()
                ? new Republishing(config.name(), SubjectChange.of(null), false, messages)
                : new Republishing(
                        config.name(),
                        SubjectChange.of(wanted.source(), wanted.destination()),
                        wanted.headersOnly(),
                        messages);
    }

    /** The last message on the subject of one that isn't kept yet; 0 for none. */
    long last(Incoming message) {
        return change.isNone() ? 0 : messages.last(message.subject);
    }

    /** A message is kept. */
    void tell(Incoming message, long sequence, long timeNs, long lastOnSubject, Teller teller) {
        if (change.isNone()
                || !change.make(message, to)
                || !Subject.isValidLiteral(to.region(), to.offset(), to.length())) {
            return;
        }
        StringBuilder more = new StringBuilder(256);
        more.append("Nats-Stream: ").append(stream);
        more.append("\r\nNats-Subject: ").append(message.subject.text());
        more.append("\r\nNats-Sequence: ").append(sequence);
        more.append("\r\nNats-Time-Stamp: ").append(GoTime.text(timeNs));
        more.append("\r\nNats-Last-Sequence: ").append(lastOnSubject);
        if (headersOnly) {
            more.append("\r\nNats-Msg-Size: ").append(message.payload.length());
        }
        more.append("\r\n\r\n");
        message.keep(block, headers(message, more));
        teller.publish(to, block, headersOnly ? none : message.payload);
    }

    /** The message's own, without the blank line at their end, and more. */
    private static byte[] headers(Incoming message, StringBuilder more) {
        byte[] own = message.headers.isEmpty() ? BEGIN : message.headers.copy();
        int kept = message.headers.isEmpty() ? own.length : own.length - 2;
        byte[] added = more.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[kept + added.length];
        System.arraycopy(own, 0, all, 0, kept);
        System.arraycopy(added, 0, all, kept, added.length);
        return all;
    }
}
