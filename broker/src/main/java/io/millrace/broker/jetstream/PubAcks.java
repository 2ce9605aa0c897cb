package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.BatchFlowWriter;
import io.millrace.broker.jetstream.api.PubAckError;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * Tells publishers what became of their messages and batches, as soon as that is as durable as
 * their stream promises. Shard thread.
 */
final class PubAcks implements AutoCloseable {
    private static final int USUAL_BYTES = 4 * 1024;

    private final Shard shard;
    private final BatchFlowWriter flows = new BatchFlowWriter();
    private final Bytes none = new Bytes();
    private final Bytes text = new Bytes();
    private NativeBlock memory = NativeBlock.allocate(USUAL_BYTES);

    PubAcks(Shard shard) {
        this.shard = shard;
    }

    /** Room for so many bytes. */
    private Region room(int bytes) {
        if (memory.region().length() < bytes) {
            memory.close();
            memory = NativeBlock.allocate(bytes);
        }
        return memory.region();
    }

    private void say(StreamHandle handle, Bytes to, int length) {
        shard.answer(handle, to, none, text.at(memory.region(), 0, length));
    }

    /** A message is kept. */
    void stored(StreamHandle handle, Bytes to, long sequence) {
        Region out = room(handle.acks().maxBytes(0));
        say(handle, to, handle.acks().ack(out, 0, sequence));
    }

    /** A message is kept, and has counted. */
    void counted(StreamHandle handle, Bytes to, long sequence, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        int most = handle.acks().maxBytes(bytes.length);
        Region out = room(most + bytes.length);
        out.put(most, bytes);
        say(handle, to, handle.acks().counter(out, 0, sequence, out, most, bytes.length));
    }

    /** A message of the same id is kept already, with this sequence. */
    void duplicate(StreamHandle handle, Bytes to, long sequence) {
        Region out = room(handle.acks().maxBytes(0));
        say(handle, to, handle.acks().duplicate(out, 0, sequence));
    }

    /** A message waits for the rest of its batch. */
    void staged(StreamHandle handle, Bytes to) {
        shard.answer(handle, to, none, none);
    }

    /** A message, or all of a batch, isn't kept. */
    void refused(StreamHandle handle, Bytes to, ApiError why) {
        PubAckError error = PubAckError.of(why);
        Region out = room(handle.acks().maxBytes(error));
        say(handle, to, handle.acks().error(out, 0, error));
    }

    /** A batch is kept; the sequence is its last message's. */
    void batch(
            StreamHandle handle,
            Bytes to,
            long sequence,
            Region id,
            int idOffset,
            int idLength,
            long count) {
        Region out = room(handle.acks().maxBytes(idLength));
        say(handle, to, handle.acks().batch(out, 0, sequence, id, idOffset, idLength, count));
    }

    /** The same. */
    void batch(StreamHandle handle, Bytes to, long sequence, String id, long count) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        int most = handle.acks().maxBytes(bytes.length);
        Region out = room(most + bytes.length);
        out.put(most, bytes);
        say(handle, to, handle.acks().batch(out, 0, sequence, out, most, bytes.length, count));
    }

    /** The first message of a batch is kept already, with this sequence; the batch is over. */
    void duplicate(
            StreamHandle handle,
            Bytes to,
            long sequence,
            Region id,
            int idOffset,
            int idLength,
            long count) {
        Region out = room(handle.acks().maxBytes(idLength));
        say(
                handle,
                to,
                handle.acks().duplicateInBatch(out, 0, sequence, id, idOffset, idLength, count));
    }

    /** {@link BatchFlowWriter#ack}. */
    void flow(StreamHandle handle, Bytes to, long batchSequence, int messages) {
        Region out = room(BatchFlowWriter.MAX_BYTES);
        say(handle, to, flows.ack(out, 0, batchSequence, messages));
    }

    /** {@link BatchFlowWriter#gap}. */
    void gap(StreamHandle handle, Bytes to, long expected, long came) {
        Region out = room(BatchFlowWriter.MAX_BYTES);
        say(handle, to, flows.gap(out, 0, expected, came));
    }

    /** {@link BatchFlowWriter#error}. */
    void error(StreamHandle handle, Bytes to, long batchSequence, ApiError why) {
        PubAckError error = PubAckError.of(why);
        Region out = room(flows.maxBytes(error));
        say(handle, to, flows.error(out, 0, batchSequence, error));
    }

    @Override
    public void close() {
        memory.close();
    }
}
