package io.millrace.broker.delivery;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The chunks of all outbound queues of a server.
 *
 * <p>Two sizes: small ones for connections that get little at a time, so that a message to
 * thousands of subscribers takes kilobytes for each and not more, large ones for streams. Taken by
 * the routing thread; given back by any I/O loop through {@link #giveBack}, a stack that the
 * routing thread empties whole (which is why it knows no ABA problem).
 */
public final class ChunkPool {
    static final int SMALL_BYTES = 4 * 1024 - Chunk.SLACK;
    static final int LARGE_BYTES = 64 * 1024 - Chunk.SLACK;

    /** Free chunks kept, by count; more are given back to the system. */
    private static final int KEPT_SMALL = 1024;

    private static final int KEPT_LARGE = 128;

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
    private @Nullable Chunk freeSmall;
    private @Nullable Chunk freeLarge;
    private int freeSmallCount;
    private int freeLargeCount;

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

    /** Where chunks come from. */
    interface Memory {
        /**
         * Makes one.
         *
         * @throws OutOfMemoryError if the system has no native memory left
         */
        Chunk allocate(int capacity, boolean large);
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
     * @throws OutOfMemoryError if the system has no native memory left
     */
    Chunk take(boolean large) {
        if (RETURNED.getOpaque(this) != null) {
            // Those are the ones that the processor's caches still hold.
            collectReturned();
        }
        Chunk chunk = takeFree(large);
        if (chunk == null) {
            chunk = memory.allocate(large ? LARGE_BYTES : SMALL_BYTES, large);
            ledger.add(Debt.OUTBOUND, chunk.bytes());
        }
        chunk.written = 0;
        chunk.endAt(Chunk.OPEN_END);
        chunk.next = null;
        return chunk;
    }

    private @Nullable Chunk takeFree(boolean large) {
        Chunk chunk = large ? freeLarge : freeSmall;
        if (chunk == null) {
            return null;
        }
        if (large) {
            freeLarge = chunk.next;
            freeLargeCount--;
        } else {
            freeSmall = chunk.next;
            freeSmallCount--;
        }
        return chunk;
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
            if (chunk.depth > MOST_RETURNED) {
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
        if (chunk.large && freeLargeCount < KEPT_LARGE) {
            chunk.next = freeLarge;
            freeLarge = chunk;
            freeLargeCount++;
        } else if (!chunk.large && freeSmallCount < KEPT_SMALL) {
            chunk.next = freeSmall;
            freeSmall = chunk;
            freeSmallCount++;
        } else {
            free(chunk);
        }
    }

    /** Gives all that is not in use back to the system. Routing thread. */
    public void trim() {
        collectReturned();
        freeAll(freeSmall);
        freeAll(freeLarge);
        freeSmall = null;
        freeLarge = null;
        freeSmallCount = 0;
        freeLargeCount = 0;
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

    private void freeAll(@Nullable Chunk first) {
        for (Chunk chunk = first; chunk != null; chunk = chunk.next) {
            free(chunk);
        }
    }
}
