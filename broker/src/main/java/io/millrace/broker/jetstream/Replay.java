package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Has happen again what the log says has happened. Shard thread, before anything else. */
final class Replay implements RecordVisitor, AutoCloseable {
    private final Shard shard;
    private final Streams streams;
    private final Incoming message = new Incoming();
    private final UnfinishedBatches unfinished = new UnfinishedBatches();

    /** Of the record before: often the next one's, too. */
    private @Nullable StreamHandle last;

    /** Records that had something to say. */
    private long count;

    Replay(Shard shard, Streams streams) {
        this.shard = shard;
        this.streams = streams;
    }

    long count() {
        return count;
    }

    /** There are no more records. */
    @Override
    public void close() {
        unfinished.close();
        message.close();
    }

    @Override
    public void onRecord(long position, RecordView record) {
        int number = record.stream();
        streams.used(number);
        StreamHandle handle = last;
        if (handle == null || handle.number != number) {
            handle = streams.byNumber(number);
            last = handle;
        }
        if (record.kind() == RecordKind.CONFIG) {
            if (handle == null || position >= handle.coveredTo) {
                count++;
                configured(handle, record);
            }
        } else if (handle != null && position >= handle.coveredTo) {
            count++;
            happened(handle, position, record);
        }
    }

    private void configured(@Nullable StreamHandle handle, RecordView record) {
        byte[] json = record.region().bytes(record.payloadOffset(), record.payloadLength());
        try {
            configured(handle, record, StoredConfig.read(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configured(@Nullable StreamHandle handle, RecordView record, StreamConfig config)
            throws IOException {
        if (handle != null) {
            unfinished.drop(handle.number);
            handle.stream().configure(config);
            handle.owes(shard.debtor(), AssetMemory.of(config));
            if (handle.isRestoring()) {
                streams.restored(handle);
            }
            return;
        }
        String account =
                new String(
                        record.region().bytes(record.subjectOffset(), record.subjectLength()),
                        StandardCharsets.UTF_8);
        StreamHandle made =
                shard.made(
                        record.stream(),
                        shard.tenant(account),
                        config,
                        record.timeNs(),
                        (record.flags() & RecordLayout.RESTORING) != 0);
        last = made;
        ShardStore.scan(made);
    }

    private static void restore(ConsumerHandle consumer, RecordView record) {
        try {
            consumer.consumer().restore(new RecordSource(record));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void consumerConfigured(StreamHandle handle, RecordView record) {
        try {
            shard.consumers().replayConfig(handle, record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void happened(StreamHandle handle, long position, RecordView record) {
        Stream stream = handle.stream();
        if (unfinished.hold(stream, position, record)) {
            return;
        }
        switch (record.kind()) {
            case RecordKind.MESSAGE ->
                    stream.replayMessage(
                            message.of(record), record.sequence(), record.timeNs(), position);
            case RecordKind.REMOVE -> stream.replayRemove(record.sequence());
            case RecordKind.REMOVE_UP_TO -> stream.replayRemoveUpTo(record.sequence());
            case RecordKind.REMOVE_MANY -> {
                for (int at = 0; at < record.payloadLength(); at += Long.BYTES) {
                    stream.replayRemove(record.region().getLong(record.payloadOffset() + at));
                }
            }
            case RecordKind.CONSUMER -> consumerConfigured(handle, record);
            case RecordKind.CONSUMER_HAPPENINGS -> {
                ConsumerHandle consumer = handle.consumers().byNumber((int) record.sequence());
                if (consumer != null) {
                    consumer.consumer()
                            .replay(
                                    record.region(),
                                    record.payloadOffset(),
                                    record.payloadLength(),
                                    record.timeNs());
                }
            }
            case RecordKind.CONSUMER_STATE -> {
                ConsumerHandle consumer = handle.consumers().byNumber((int) record.sequence());
                if (consumer != null) {
                    restore(consumer, record);
                }
            }
            case RecordKind.DELETE_CONSUMER -> {
                ConsumerHandle consumer = handle.consumers().byNumber((int) record.sequence());
                if (consumer != null) {
                    handle.consumers().remove(consumer);
                }
            }
            case RecordKind.SKIP -> stream.replaySkip(record.sequence());
            case RecordKind.DELETE_STREAM -> {
                shard.deleted(handle);
                last = null;
            }
            default -> {
                // Of a newer server; this one has nothing that it could mean.
            }
        }
    }
}
