package io.millrace.broker.delivery;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The chunks of all outbound queues of a server.
 *
 * <p>Three sizes: small ones for connections that get little at a time, so that a message to
 * thousands of subscribers takes kilobytes for each and not more, large ones for streams, long ones
 * for records that don't fit into these; and for what is longer still one as long as that. Taken by
 * the routing thread; given back by any I/O loop through {@link #giveBack}, a stack that the
 * routing thread empties whole (which is why it knows no ABA problem).
 */
public final class ChunkPool {
    static final int SMALL_BYTES = 4 * 1024 - Chunk.SLACK;
    static final int LARGE_BYTES = 64 * 1024 - Chunk.SLACK;

    /** Room for what clients cut objects into, 128 KiB, and what stands around that. */
    static final int LONG_BYTES = 144 * 1024 - Chunk.SLACK;

    /** Chunks of any size that wait to be collected; more are given back to the system, too. */
    private static final int MOST_RETURNED = 256;

    private static final VarHandle RETURNED;

    static {
        try {
            RETURNED =
                    MethodHandles.lookup().findVarHandle(ChunkPool.class, "returned", Chunk.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Ledger ledger;
    private final Memory memory;

    // Routing thread.
    private final FreeChunks small = new FreeChunks(SMALL_BYTES, 1024);
    private final FreeChunks large = new FreeChunks(LARGE_BYTES, 128);
    private final FreeChunks ofRecords = new FreeChunks(LONG_BYTES, 32);

    // Any I/O loop; read through RETURNED.
    @SuppressWarnings("unused")
    private @Nullable Chunk returned;

    /** Makes an empty pool that stands alone. */
    public ChunkPool() {
        this(Ledger.unbounded());
    }

    /**
     * Makes an empty pool.
     *
     * @param ledger where all its chunks are entered, whether they are in use or wait to be
     */
    public ChunkPool(Ledger ledger) {
        this(ledger, Chunk::new);
    }

    ChunkPool(Ledger ledger, Memory memory) {
        this.ledger = ledger;
        this.memory = memory;
    }

    /** Free chunks of one size, some of which are kept. */
    private static final class FreeChunks {
        final int capacity;
        private final int most;
        private @Nullable Chunk first;
        private int count;

        FreeChunks(int capacity, int most) {
            this.capacity = capacity;
            this.most = most;
        }

        @Nullable Chunk poll() {
            Chunk chunk = first;
            if (chunk != null) {
                first = chunk.next;
                count--;
            }
            return chunk;
        }

        /** Keeps one, unless there are enough. */
        boolean offer(Chunk chunk) {
            if (count == most) {
                return false;
            }
            chunk.next = first;
            first = chunk;
            count++;
            return true;
        }
    }

    /** Where chunks come from. */
    interface Memory {
        /**
         * Makes one.
         *
         * @throws OutOfMemoryError if the system has no native memory left
         */
        Chunk allocate(int capacity);
    }

    /** Another empty pool, for another thread, with the same memory and ledger. */
    public ChunkPool sibling() {
        return new ChunkPool(ledger, memory);
    }

    /** Where its chunks are entered. */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * Takes an empty chunk. Routing thread.
     *
     * @param bytes as much goes into it at least
     * @throws OutOfMemoryError if the system has no native memory left
     */
    Chunk take(int bytes) {
        if (RETURNED.getOpaque(this) != null) {
            // Those are the ones that the processor's caches still hold.
            collectReturned();
        }
        FreeChunks free = those(bytes);
        Chunk chunk = free == null ? null : free.poll();
        if (chunk == null) {
            chunk = memory.allocate(free == null ? bytes : free.capacity);
            ledger.add(Debt.OUTBOUND, chunk.bytes());
        }
        chunk.written = 0;
        chunk.endAt(Chunk.OPEN_END);
        chunk.next = null;
        return chunk;
    }

    /** Those into which so much goes; null if they are all too short. */
    private @Nullable FreeChunks those(int bytes) {
        if (bytes <= SMALL_BYTES) {
            return small;
        }
        if (bytes <= LARGE_BYTES) {
            return large;
        }
        return bytes <= LONG_BYTES ? ofRecords : null;
    }

    /**
     * Gives back a chunk whose bytes are all sent. Any I/O loop. What is more than a busy server
     * needs is freed at once, so that no burst is remembered for ever.
     */
    void giveBack(Chunk chunk) {
        Chunk head;
        do {
            head = (Chunk) RETURNED.getOpaque(this);
            // The head may be collected meanwhile, and its depth change: then it is a bit off.
            chunk.depth = head == null ? 1 : head.depth + 1;
            if (chunk.depth > MOST_RETURNED || chunk.capacity > LONG_BYTES) {
                free(chunk);
                return;
            }
            chunk.next = head;
        } while (!RETURNED.compareAndSet(this, head, chunk));
    }

    /**
     * Takes over what the I/O loops gave back, the last one to be taken first, and frees what is
     * too much. Routing thread.
     */
    void collectReturned() {
        Chunk oldestFirst = null;
        Chunk chunk = (Chunk) RETURNED.getAndSet(this, (Chunk) null);
        while (chunk != null) {
            Chunk next = chunk.next;
            chunk.next = oldestFirst;
            oldestFirst = chunk;
            chunk = next;
        }
        while (oldestFirst != null) {
            Chunk next = oldestFirst.next;
            keep(oldestFirst);
            oldestFirst = next;
        }
    }

    private void keep(Chunk chunk) {
        FreeChunks free = those(chunk.capacity);
        if (free == null || !free.offer(chunk)) {
            free(chunk);
        }
    }

    /** Gives all that is not in use back to the system. Routing thread. */
    public void trim() {
        collectReturned();
        freeAll(small);
        freeAll(large);
        freeAll(ofRecords);
    }

    /** Gives a chunk back to the system. Any thread. */
    void free(Chunk chunk) {
        ledger.add(Debt.OUTBOUND, -chunk.bytes());
        chunk.free();
    }

    /** Frees all that is not in use. Routing thread, when it ends. */
    public void close() {
        trim();
    }

    private void freeAll(FreeChunks free) {
        for (Chunk chunk = free.poll(); chunk != null; chunk = free.poll()) {
            free(chunk);
        }
    }
}
