package io.millrace.broker.jetstream;

import io.millrace.broker.store.block.CheckpointReader;
import io.millrace.broker.store.block.CheckpointWriter;
import io.millrace.broker.store.block.SectionSink;
import io.millrace.broker.store.block.StoreDirectory;
import io.millrace.broker.store.log.WriteAheadLog;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How all streams are at some position of the log, so that a start needn't read what is in front of
 * it: one section for the shard, one for each stream, each whole in itself and as of its own
 * position. Shard thread.
 */
final class Checkpoints {
    private static final String DIRECTORY = StoreDirectory.CHECKPOINTS;
    private static final int SHARD = 1;
    private static final int STREAM = 2;

    private final ShardParts parts;
    private final Streams streams;
    private final ConsumerWork consumers;
    private final Deque<StreamHandle> left = new ArrayDeque<>();

    private @Nullable CheckpointWriter writer;
    private boolean begun;

    /** The log in front of this isn't needed with the one that is being made, or was made last. */
    private long covered;

    Checkpoints(ShardParts parts, Streams streams, ConsumerWork consumers) {
        this.parts = parts;
        this.streams = streams;
        this.consumers = consumers;
    }

    /**
     * Makes streams of what the newest checkpoint says.
     *
     * @return the position from which on the log is to be read
     */
    long restore(Shard shard) throws IOException {
        Optional<CheckpointReader> newest =
                CheckpointReader.newest(
                        parts.disk(),
                        DIRECTORY,
                        parts.storeId(),
                        parts.key(),
                        why -> parts.voice().error("JetStream: " + why));
        if (newest.isEmpty()) {
            return 0;
        }
        try (CheckpointReader reader = newest.get()) {
            while (reader.next()) {
                if (reader.type() == SHARD) {
                    streams.used(reader.getInt() - 1);
                } else if (reader.type() == STREAM) {
                    StreamSection.read(reader, reader.stream(), shard).coveredTo =
                            reader.position();
                }
            }
            return reader.logPosition();
        }
    }

    /** Begins one, of how all is now. */
    void begin(WriteAheadLog log) {
        covered = log.appended();
        left.addAll(streams.all());
        begun = false;
        writer =
                new CheckpointWriter(
                        parts.disk(),
                        DIRECTORY,
                        parts.errands(),
                        parts.storeId(),
                        covered,
                        sink -> produce(sink, log),
                        parts.debtor(),
                        parts.key());
    }

    private boolean produce(SectionSink sink, WriteAheadLog log) {
        if (!begun) {
            begun = true;
            sink.begin(SHARD, 0, covered);
            sink.putInt(streams.nextNumber());
            sink.end();
            return !left.isEmpty();
        }
        StreamHandle next = left.pollFirst();
        if (next != null && next.file != null && !next.isGone()) {
            if (!consumers.flushAll(next)) {
                throw new UncheckedIOException(
                        new IOException("the log has no room for what consumers have done"));
            }
            sink.begin(STREAM, next.number, log.appended());
            try {
                StreamSection.write(next, sink);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            sink.end();
        }
        return !left.isEmpty();
    }

    /** Goes on; whether there is more to do at once. */
    boolean step(WriteAheadLog log) {
        CheckpointWriter its = writer;
        if (its == null) {
            return false;
        }
        if (its.step(log.durable())) {
            return !its.isWaiting();
        }
        its.failure()
                .ifPresent(why -> parts.voice().error("JetStream can't make a checkpoint: " + why));
        its.close();
        writer = null;
        left.clear();
        if (its.failure().isPresent()) {
            covered = 0;
        }
        return true;
    }

    /** Whether none is being made. */
    boolean isOver() {
        return writer == null;
    }

    /** In front of this the log isn't needed any more; 0 if the last one failed. */
    long covered() {
        return covered;
    }

    /** Makes one and waits until it is there; the log must be durable. */
    void make(WriteAheadLog log) {
        parts.errands().finish();
        if (isOver()) {
            begin(log);
        }
        while (!isOver()) {
            step(log);
            parts.errands().finish();
        }
    }

    /** Gives up the one that is being made, if any. */
    void abandon() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        left.clear();
    }
}
