package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Region;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Atomic batches whose end hasn't been read from the log yet. One of which the end doesn't come was
 * given up, or cut off by a crash: nobody was told that it is kept, and it never was. Shard thread,
 * while a store is opened.
 */
final class UnfinishedBatches {
    private static final int OF_BATCH =
            RecordLayout.ATOMIC_BEGIN | RecordLayout.ATOMIC | RecordLayout.ATOMIC_END;
    private static final byte[] NONE = {};

    /** By the number of the stream. */
    private final Map<Integer, List<Waiting>> batches = new HashMap<>();

    private final Incoming message = new Incoming();

    /** What applying a message takes: of its payload only the length. */
    private record Waiting(
            long position,
            long sequence,
            long timeNs,
            byte[] subject,
            byte[] headers,
            int payloadLength) {
        static Waiting of(long position, RecordView record) {
            Region bytes = record.region();
            return new Waiting(
                    position,
                    record.sequence(),
                    record.timeNs(),
                    bytes.bytes(record.subjectOffset(), record.subjectLength()),
                    record.headerLength() == 0
                            ? NONE
                            : bytes.bytes(record.headerOffset(), record.headerLength()),
                    record.payloadLength());
        }
    }

    /**
     * Whether a record has to wait, or is of a batch that never was, rather than to be applied. If
     * it ends a batch, what has waited for it is applied by this.
     */
    boolean hold(Stream stream, long position, RecordView record) {
        int flags = record.flags() & OF_BATCH;
        if (flags == 0 || record.kind() != RecordKind.MESSAGE) {
            drop(record.stream());
            return false;
        }
        if ((flags & RecordLayout.ATOMIC_BEGIN) != 0) {
            List<Waiting> begun = new ArrayList<>();
            begun.add(Waiting.of(position, record));
            batches.put(record.stream(), begun);
            return true;
        }
        List<Waiting> before = batches.get(record.stream());
        if (before == null || before.getLast().sequence() + 1 != record.sequence()) {
            // What stood in between is damaged.
            drop(record.stream());
            return true;
        }
        if ((flags & RecordLayout.ATOMIC_END) == 0) {
            before.add(Waiting.of(position, record));
            return true;
        }
        drop(record.stream());
        before.forEach(each -> apply(stream, each));
        return false;
    }

    private void apply(Stream stream, Waiting each) {
        message.clear();
        message.keep(message.subject, each.subject());
        message.keep(message.headers, each.headers());
        message.payload.at(Region.NONE, 0, each.payloadLength());
        stream.replayMessage(message, each.sequence(), each.timeNs(), each.position());
    }

    /** The batch of a stream that waits, if there is one, never was. */
    void drop(int stream) {
        if (!batches.isEmpty()) {
            batches.remove(stream);
        }
    }

    /** There are no more records. */
    void close() {
        batches.clear();
        message.close();
    }
}
