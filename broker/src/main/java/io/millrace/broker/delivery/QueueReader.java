package io.millrace.broker.delivery;

import io.millrace.broker.ledger.Debt;
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
    private final Memory memory;

    /** Holds the length of a record, and in the end records in pieces. */
    private final NativeBlock kept;

    private final Region keptBytes;

    /** Holds a record in pieces that is too long for that; null for none. */
    private @Nullable NativeBlock large;

    private Region bytes = Region.NONE;
    private int offset;
    private int length;

    /** Up to where it is known that there is something to be read. */
    private long publishedSeen;

    /** The chunk that the record stands in, or an earlier one did; null for none. */
    private @Nullable Chunk within;

    /** Where it ends, if it isn't handed over yet; else 0. */
    private long withinEnd;

    /**
     * Makes one at the beginning.
     *
     * @param queue whose debtor owes what the reader needs, too
     */
    public QueueReader(OutboundQueue queue) {
        this(queue, NativeBlock::allocate);
    }

    QueueReader(OutboundQueue queue, Memory memory) {
        this.queue = queue;
        this.memory = memory;
        kept = memory.allocate(KEPT_BYTES);
        keptBytes = kept.region();
        queue.debtor().charge(Debt.SERVICES, KEPT_BYTES);
    }

    /** Where it gets memory. */
    interface Memory {
        /**
         * Allocates some.
         *
         * @throws OutOfMemoryError if there is none left
         */
        NativeBlock allocate(int bytes);
    }

    /** Whether something is there to be read. Any thread. */
    public boolean isWaiting() {
        return queue.unsentBytes() > 0;
    }

    /**
     * Moves to the next record; false if there is none now.
     *
     * @throws OutOfMemoryError if there is no memory to put it together in; it is passed over then,
     *     and the next one can be asked for
     */
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
        long end = Math.min(publishedSeen, chunk.end());
        if (from + Integer.BYTES < end) {
            int at = (int) (from - chunk.start);
            length = chunk.region.getInt(at);
            if (from + Integer.BYTES + length <= end) {
                standIn(chunk, at + Integer.BYTES, from + Integer.BYTES + length);
                return true;
            }
        }
        nextInPieces();
        return true;
    }

    private void standIn(Chunk chunk, int at, long end) {
        // A reference that stays isn't written: each write is noted down for the collector.
        if (within != chunk) {
            within = chunk;
            bytes = chunk.region;
        }
        offset = at;
        withinEnd = end;
    }

    /** The record, or its length, goes on in the next chunk. */
    private void nextInPieces() {
        leave();
        move(keptBytes, Integer.BYTES);
        length = keptBytes.getInt(0);
        Chunk chunk = length == 0 ? null : queue.chunkToSend();
        long from = queue.handed();
        if (chunk != null && from + length <= Math.min(publishedSeen, chunk.end())) {
            standIn(chunk, (int) (from - chunk.start), from + length);
        } else {
            copyPieces();
        }
    }

    /** No record stands anywhere. */
    private void leave() {
        within = null;
        bytes = Region.NONE;
    }

    private void copyPieces() {
        bytes = length > KEPT_BYTES ? largeOrPass() : keptBytes;
        offset = 0;
        move(bytes, length);
    }

    private Region largeOrPass() {
        NativeBlock block;
        try {
            block = memory.allocate(length);
        } catch (OutOfMemoryError e) {
            move(null, length);
            throw e;
        }
        large = block;
        queue.debtor().charge(Debt.SERVICES, length);
        return block.region();
    }

    /** Moves along so many bytes, and takes them somewhere; nowhere where that is null. */
    private void move(@Nullable Region to, int count) {
        int done = 0;
        while (done < count) {
            Chunk chunk = queue.chunkToSend();
            long from = queue.handed();
            int piece =
                    (int) Math.min(count - done, Math.min(queue.published(), chunk.end()) - from);
            if (to != null) {
                chunk.region.copy((int) (from - chunk.start), to, done, piece);
            }
            done += piece;
            advance(chunk, from + piece);
        }
    }

    private void handOver() {
        Chunk chunk = within;
        if (chunk != null && withinEnd != 0) {
            long end = withinEnd;
            withinEnd = 0;
            if (end == chunk.end()) {
                leave();
            }
            advance(chunk, end);
        }
        if (large != null) {
            leave();
            freeLarge();
        }
    }

    private void freeLarge() {
        NativeBlock block = large;
        if (block != null) {
            large = null;
            queue.debtor().credit(Debt.SERVICES, block.region().length());
            block.close();
        }
    }

    private void advance(Chunk chunk, long upTo) {
        boolean isEnd = upTo == chunk.end();
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

    /** Frees what it allocated; the queue is its owner's to release. */
    public void close() {
        freeLarge();
        queue.debtor().credit(Debt.SERVICES, KEPT_BYTES);
        kept.close();
    }
}
