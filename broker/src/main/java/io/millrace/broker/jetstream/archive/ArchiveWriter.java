package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.api.StreamState;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes an archive of nats-server 2.15, see {@link ArchiveFormat}, entry by entry into memory,
 * from which somebody takes it. One thread's own.
 */
public final class ArchiveWriter {
    private static final int USUAL_BYTES = 64 * 1024;
    private static final int MAX_HEAD_BYTES = ArchiveFormat.HEAD_FIELDS * Varint.MAX_BYTES;

    private final long nowNs;
    private byte[] bytes = new byte[USUAL_BYTES];
    private int length;

    /**
     * Begins an archive.
     *
     * @param nowNs since the epoch
     */
    public ArchiveWriter(long nowNs) {
        this.nowNs = nowNs;
        put(ArchiveFormat.MAGIC);
    }

    /**
     * Writes what the stream has; before anything else.
     *
     * @param state with as many consumers as follow
     */
    public void state(StreamState state) {
        json(ArchiveFormat.STATE, state.json());
    }

    /** Writes a consumer; behind the state, before messages. */
    public void consumer(ArchivedConsumer consumer) {
        json(ArchiveFormat.CONSUMERS + consumer.name(), ConsumerJson.write(consumer));
    }

    private void json(String name, byte[] content) {
        byte[] named = name.getBytes(StandardCharsets.UTF_8);
        head(named.length, nowNs, 0, 0, content.length);
        put(named);
        put(content);
    }

    /** Writes a message; sequences ascend. */
    public void message(RecordView message) {
        head(
                message.subjectLength(),
                message.timeNs(),
                message.sequence(),
                message.headerLength(),
                message.payloadLength());
        put(message.region(), message.subjectOffset(), message.subjectLength());
        put(message.region(), message.headerOffset(), message.headerLength());
        put(message.region(), message.payloadOffset(), message.payloadLength());
    }

    /** Writes that nothing follows. */
    public void end() {
        head(0, 0, 0, 0, 0);
    }

    private void head(int name, long timeNs, long sequence, int headers, int payload) {
        room(MAX_HEAD_BYTES);
        length = Varint.write(bytes, length, name);
        length = Varint.writeSigned(bytes, length, timeNs);
        length = Varint.write(bytes, length, sequence);
        length = Varint.write(bytes, length, headers);
        length = Varint.write(bytes, length, payload);
    }

    private void put(byte[] from) {
        room(from.length);
        System.arraycopy(from, 0, bytes, length, from.length);
        length += from.length;
    }

    private void put(Region from, int offset, int count) {
        room(count);
        from.get(offset, bytes, length, count);
        length += count;
    }

    private void room(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    // --- who takes it

    /** What was written since it was taken last: from index 0 on, {@link #length} bytes. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes that were written since. */
    public int length() {
        return length;
    }

    /** It was taken. */
    public void taken() {
        length = 0;
        if (bytes.length > 2 * USUAL_BYTES) {
            bytes = new byte[USUAL_BYTES];
        }
    }
}
