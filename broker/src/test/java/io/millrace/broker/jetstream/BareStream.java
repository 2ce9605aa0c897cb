package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A stream on {@code s.>} without a shard around it. */
final class BareStream implements AutoCloseable {
    private final Incoming incoming = new Incoming();
    private final ListRecords records;
    final Stream stream;

    /** The earliest time at which it wanted to be polled. */
    long alarmNs = Long.MAX_VALUE;

    /**
     * Makes an empty one.
     *
     * @param bytes of its records there is room for
     * @param draft what it is besides its name and subjects; it has no limits
     */
    BareStream(Ledger ledger, int bytes, StreamDraft draft) {
        records = new ListRecords(bytes);
        StreamParts parts =
                new StreamParts(
                        1,
                        records,
                        MessageSize.FILE,
                        new AnyQuota(),
                        (subject, headers, payload) -> {},
                        due -> alarmNs = Math.min(alarmNs, due),
                        new Debtor(ledger));
        stream =
                new Stream(
                        parts,
                        draft.name("S")
                                .subjects(List.of("s.>"))
                                .maxMsgs(-1)
                                .maxBytes(-1)
                                .maxMsgsPerSubject(-1)
                                .maxMsgSize(-1)
                                .config(),
                        0);
    }

    /**
     * Publishes.
     *
     * @param headers lines, each with its end
     */
    Outcome publish(String subject, String headers, String payload, long nowNs) {
        incoming.of(bytes(subject), bytes("NATS/1.0\r\n" + headers + "\r\n"), bytes(payload));
        return stream.publish(incoming, nowNs);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        incoming.close();
        stream.close();
        records.close();
    }
}
