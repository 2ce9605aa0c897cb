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

    /** Holds a record in pieces that is too long for that; null for none. */
    private @Nullable NativeBlock large;

    private Region bytes = Region.NONE;
    private int offset;
    private int length;

    /** The chunk that the record stands in, to be handed over up to its end; null for none. */
    private @Nullable Chunk within;

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
        if (queue.handed() == queue.published()) {
            return false;
        }
        move(kept.region(), Integer.BYTES);
        length = kept.region().getInt(0);
        Chunk chunk = length == 0 ? null : queue.chunkToSend();
        long from = queue.handed();
        if (chunk != null && from + length <= Math.min(queue.published(), chunk.end())) {
            within = chunk;
            bytes = chunk.region;
            offset = (int) (from - chunk.start);
        } else {
            copyPieces();
        }
        return true;
    }

    private void copyPieces() {
        bytes = length > KEPT_BYTES ? largeOrPass() : kept.region();
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
        if (chunk != null) {
            within = null;
            advance(chunk, queue.handed() + length);
        }
        bytes = Region.NONE;
        freeLarge();
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
