package io.millrace.broker.delivery;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * Reads a queue record by record: the other end of queues that lead to no socket. A record is its
 * length, as an int in native order, and so many bytes, all in {@linkplain OutboundQueue#reserve
 * one piece}; who appends publishes whole records only.
 *
 * <p>Belongs to the thread that reads. What a record holds stands in {@link #bytes} until the next
 * one is asked for.
 */
public final class QueueReader {
    private final OutboundQueue queue;
    private Region bytes = Region.NONE;
    private int offset;
    private int length;

    /** Up to where it is known that there is something to be read. */
    private long publishedSeen;

    /** The chunk that the record stands in, or an earlier one did; null for none. */
    private @Nullable Chunk within;

    /** Where it ends, if it isn't handed over yet; else 0. */
    private long withinEnd;

    /** Makes one at the beginning. */
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
        long from = queue.handed();
        if (from == publishedSeen) {
            publishedSeen = queue.published();
            if (from == publishedSeen) {
                return false;
            }
        }
        Chunk chunk = queue.chunkToSend();
        while (chunk.end() == from) {
            // When all of it was read, nobody knew yet that no more would come.
            leave();
            handOver(chunk, from);
            chunk = queue.chunkToSend();
        }
        // A reference that stays isn't written: each write is noted down for the collector.
        if (within != chunk) {
            within = chunk;
            bytes = chunk.region;
        }
        offset = (int) (from - chunk.start) + Integer.BYTES;
        length = bytes.getInt(offset - Integer.BYTES);
        withinEnd = from + Integer.BYTES + length;
        return true;
    }

    private void handOver() {
        Chunk chunk = within;
        if (chunk != null && withinEnd != 0) {
            long upTo = withinEnd;
            withinEnd = 0;
            if (upTo == chunk.end()) {
                leave();
            }
            handOver(chunk, upTo);
        }
    }

    private void handOver(Chunk chunk, long upTo) {
        boolean isEnd = upTo == chunk.end();
        queue.handOver(chunk, upTo, isEnd);
        if (isEnd) {
            queue.giveBack(chunk);
        }
    }

    /** No record stands anywhere. */
    private void leave() {
        within = null;
        bytes = Region.NONE;
    }

    /** What was read counts as taken from here on; behind the last record of several. */
    public void taken() {
        handOver();
        queue.sent(queue.handed());
        if (queue.handed() == queue.published()) {
            leave();
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
}
