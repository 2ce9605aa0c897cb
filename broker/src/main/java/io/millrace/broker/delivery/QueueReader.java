package io.millrace.broker.delivery;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * Reads a queue record by record: the other end of queues that lead to no socket. A record is its
 * length, as an int in native order, and so many bytes; who appends publishes whole records only.
 *
 * <p>Belongs to the thread that reads. What a record holds stands in {@link #bytes} until the next
 * one is asked for; one that was written over several chunks is copied there.
 */
public final class QueueReader {
    /** Memory for records in pieces that is kept from one to the next. */
    private static final int KEPT_BYTES = 64 * 1024;

    private final OutboundQueue queue;

    /** Holds the length of a record, and in the end records in pieces. */
    private NativeBlock pieces = NativeBlock.allocate(KEPT_BYTES);

    private Region bytes = Region.NONE;
    private int offset;
    private int length;

    /** The chunk that the record stands in, to be handed over up to its end; null for none. */
    private @Nullable Chunk within;

    public QueueReader(OutboundQueue queue) {
        this.queue = queue;
    }

    /** Whether something is there to be read. Any thread. */
    public boolean isWaiting() {
        return queue.unsentBytes() > 0;
    }

    /** Moves to the next record; false if there is none now. */
    public boolean next() {
        handOver();
        if (queue.handed() == queue.published()) {
            return false;
        }
        copy(pieces.region(), Integer.BYTES);
        length = pieces.region().getInt(0);
        Chunk chunk = length == 0 ? null : queue.chunkToSend();
        long from = queue.handed();
        if (chunk != null && from + length <= Math.min(queue.published(), chunk.end)) {
            within = chunk;
            bytes = chunk.region;
            offset = (int) (from - chunk.start);
        } else {
            copyPieces();
        }
        return true;
    }

    private void copyPieces() {
        if (length > pieces.region().length()) {
            pieces.close();
            pieces = NativeBlock.allocate(length);
        }
        bytes = pieces.region();
        offset = 0;
        copy(bytes, length);
    }

    private void copy(Region to, int count) {
        int done = 0;
        while (done < count) {
            Chunk chunk = queue.chunkToSend();
            long from = queue.handed();
            int piece = (int) Math.min(count - done, Math.min(queue.published(), chunk.end) - from);
            chunk.region.copy((int) (from - chunk.start), to, done, piece);
            done += piece;
            advance(chunk, from + piece);
        }
    }

    private void handOver() {
        Chunk chunk = within;
        if (chunk != null) {
            within = null;
            advance(chunk, queue.handed() + length);
        }
        bytes = Region.NONE;
        if (pieces.region().length() > KEPT_BYTES) {
            pieces.close();
            pieces = NativeBlock.allocate(KEPT_BYTES);
        }
    }

    private void advance(Chunk chunk, long upTo) {
        boolean isEnd = upTo == chunk.end;
        queue.handOver(chunk, upTo, isEnd);
        if (isEnd) {
            queue.giveBack(chunk);
        }
    }

    /** What was read counts as taken from here on; behind the last record of several. */
    public void taken() {
        handOver();
        queue.sent(queue.handed());
        if (queue.handed() == queue.published()) {
            queue.giveBackIdle();
        }
    }

    /** Where the record stands. */
    public Region bytes() {
        return bytes;
    }

    /** Of the record, in there. */
    public int offset() {
        return offset;
    }

    /** Bytes of the record. */
    public int length() {
        return length;
    }

    /** Frees what it allocated; the queue is its owner's to release. */
    public void close() {
        pieces.close();
    }
}
