package io.millrace.broker.delivery;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The bytes that wait for one connection: a chain of chunks. The routing thread appends, the
 * connection's I/O loop sends and gives back.
 *
 * <p>Bytes are counted as positions in the whole stream of the connection. {@code appended} is the
 * router's alone; {@link #publish} makes it known as {@code published}, up to which the I/O loop
 * may send; {@code sent} comes back from there. So {@code sent <= published <= appended}.
 *
 * <p>The last chunk of the chain is offered in {@code open}, and whoever takes it out owns its end:
 * the router, to append to it in a later stretch, or the I/O loop, to give it back when all is
 * sent. So a busy queue fills its chunks to the brim, and an idle connection holds none.
 */
public final class OutboundQueue {
    private static final VarHandle PUBLISHED;
    private static final VarHandle SENT;
    private static final VarHandle OPEN;
    private static final VarHandle TIMED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUBLISHED = lookup.findVarHandle(OutboundQueue.class, "published", long.class);
            SENT = lookup.findVarHandle(OutboundQueue.class, "sent", long.class);
            OPEN = lookup.findVarHandle(OutboundQueue.class, "open", Chunk.class);
            TIMED = lookup.findVarHandle(OutboundQueue.class, "timed", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ChunkPool pool;
    private final Debtor debtor;

    // Routing thread.
    /** The chunk that takes bytes in this stretch; null until the stretch's first byte. */
    private @Nullable Chunk tail;

    private long appended;
    private long sentSeen;
    private boolean streaming;
    private boolean closed;

    // Routing thread writes, I/O loop reads behind published.
    private long published;
    private @Nullable Chunk first;

    // I/O loop writes, routing thread reads.
    private long sent;

    // Whoever takes it.
    @SuppressWarnings("unused")
    private @Nullable Chunk open;

    /**
     * The readNs of the last stretch that was timed; the router sets it, the I/O loop resets it.
     */
    @SuppressWarnings("unused")
    private long timed;

    // I/O loop.
    private @Nullable Chunk head;
    private long handed;

    /** Makes an empty queue. */
    public OutboundQueue(ChunkPool pool) {
        this(pool, new Debtor(pool.ledger()));
    }

    /**
     * Makes an empty queue.
     *
     * @param debtor owes what it holds
     */
    public OutboundQueue(ChunkPool pool, Debtor debtor) {
        this.pool = pool;
        this.debtor = debtor;
    }

    /** Who owes what the queue holds, and all else that is kept for its peer. Any thread. */
    public Debtor debtor() {
        return debtor;
    }

    // --- routing thread

    /** Bytes appended and not yet taken by the kernel. */
    public long pendingBytes() {
        return appended - (long) SENT.getOpaque(this);
    }

    /**
     * Whether more than {@code limit} bytes are pending; looks at the I/O loop's counter only when
     * the last look isn't good enough.
     */
    public boolean isPendingOver(long limit) {
        if (appended - sentSeen <= limit) {
            return false;
        }
        sentSeen = (long) SENT.getOpaque(this);
        return appended - sentSeen > limit;
    }

    /** Whether a chunk is held; only meaningful while no other thread uses the queue. */
    boolean holdsChunk() {
        return head != null || tail != null || OPEN.getVolatile(this) != null;
    }

    /** Whether bytes were appended since the last {@link #publish}. */
    public boolean isDirty() {
        return tail != null;
    }

    /**
     * The chunk that has taken the last bytes.
     *
     * @throws IllegalStateException if there are none since the last {@link #publish}
     */
    Chunk unpublishedEnd() {
        Chunk chunk = tail;
        if (chunk == null) {
            throw new IllegalStateException("all of it is published");
        }
        return chunk;
    }

    /** Bytes appended since the last {@link #publish}. */
    public long unpublishedBytes() {
        return appended - published;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Takes no more bytes from here on; what is queued may still be sent. */
    public void close() {
        closed = true;
    }

    /**
     * Returns a chunk into which {@code bytes} bytes can be written in one piece, behind what it
     * holds; {@link #commit} says how many were. Up to {@link Chunk#SLACK} bytes behind them may be
     * overwritten.
     *
     * @param bytes what is more than {@link ChunkPool#LARGE_BYTES} gets a chunk of its own
     * @throws OutOfMemoryError if the system has no native memory left; nothing is changed then
     */
    Chunk reserve(int bytes) {
        Chunk chunk = tail;
        if (chunk == null || chunk.remaining() < bytes) {
            chunk = chunkFor(bytes);
        }
        return chunk;
    }

    void commit(int bytes) {
        Chunk chunk = tail;
        if (chunk == null || bytes < 0 || chunk.remaining() < bytes) {
            throw new IllegalStateException("more was written than reserved");
        }
        chunk.written += bytes;
        appended += bytes;
    }

    /** Appends {@code length} bytes from native memory, over as many chunks as they take. */
    public void append(Region from, int offset, int length) {
        int done = 0;
        while (done < length) {
            Chunk chunk = tail;
            if (chunk == null || chunk.remaining() == 0) {
                chunk = chunkFor(1);
            }
            int piece = Math.min(length - done, chunk.remaining());
            from.copy(offset + done, chunk.region, chunk.written, piece);
            commit(piece);
            done += piece;
        }
    }

    /** Appends bytes, over as many chunks as they take. */
    public void append(byte[] line) {
        int done = 0;
        while (done < line.length) {
            Chunk chunk = tail;
            if (chunk == null || chunk.remaining() == 0) {
                chunk = chunkFor(Math.min(line.length - done, ChunkPool.LARGE_BYTES));
            }
            int piece = Math.min(line.length - done, chunk.remaining());
            chunk.region.put(chunk.written, line, done, piece);
            commit(piece);
            done += piece;
        }
    }

    private Chunk chunkFor(int bytes) {
        Chunk last = tail;
        if (last == null) {
            last = (Chunk) OPEN.getAndSet(this, (Chunk) null);
            // Also where it is too small: with no memory for another, it is still the last one.
            tail = last;
            if (last != null && last.remaining() >= bytes) {
                return last;
            }
        }
        boolean large = streaming || last != null;
        Chunk chunk = pool.take(large ? Math.max(bytes, ChunkPool.LARGE_BYTES) : bytes);
        debtor.holds(Debt.Store.NATIVE, chunk.bytes());
        chunk.start = appended;
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
            last.endAt(appended);
        }
        tail = chunk;
        return chunk;
    }

    /**
     * Makes everything appended so far visible to the I/O loop; once per stretch.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     */
    public void publish(long readNs) {
        Chunk chunk = tail;
        if (chunk != null) {
            streaming = appended - published > ChunkPool.SMALL_BYTES;
            tail = null;
            if (readNs != 0) {
                TIMED.setOpaque(this, readNs);
            }
            // In this order: who finds the chunk on offer also sees the bytes in it.
            PUBLISHED.setRelease(this, appended);
            OPEN.setVolatile(this, chunk);
        }
    }

    /** Bytes published and not yet taken by the kernel. Any thread. */
    public long unsentBytes() {
        return (long) PUBLISHED.getAcquire(this) - (long) SENT.getOpaque(this);
    }

    // --- I/O loop

    /** Position up to which bytes may be sent. */
    long published() {
        return (long) PUBLISHED.getAcquire(this);
    }

    /** When the bytes arrived that caused what is to be sent; 0 if that isn't timed. */
    long timedReadNs() {
        return (long) TIMED.getOpaque(this);
    }

    /** What was timed is sent. */
    void timed() {
        TIMED.setOpaque(this, 0L);
    }

    /** Position up to which bytes were given to the socket writer. */
    long handed() {
        return handed;
    }

    /** The chunk that holds position {@link #handed()}, which is below {@code published}. */
    Chunk chunkToSend() {
        Chunk chunk = head;
        if (chunk == null) {
            chunk = first;
            assert chunk != null;
            head = chunk;
        }
        return chunk;
    }

    /**
     * Hands over the bytes of a chunk up to a position.
     *
     * @param isEnd whether the chunk ends there, so that the next one follows
     */
    void handOver(Chunk chunk, long upTo, boolean isEnd) {
        handed = upTo;
        if (isEnd) {
            head = chunk.next;
        }
    }

    /** Position up to which the kernel has taken all. */
    long sent() {
        return (long) SENT.getOpaque(this);
    }

    /** Says that everything up to a position has gone to the kernel. */
    void sent(long upTo) {
        SENT.setOpaque(this, upTo);
    }

    /** Gives back a chunk that is sent and no longer part of the chain. */
    void giveBack(Chunk chunk) {
        debtor.holds(Debt.Store.NATIVE, -chunk.bytes());
        pool.giveBack(chunk);
    }

    /**
     * Takes the last chunk from the router when all is sent, and gives it back; only to be called
     * where all that was published has been handed over. Does nothing while the router is appending
     * to it: the flush that follows comes here again.
     */
    void giveBackIdle() {
        if (head == null) {
            return;
        }
        Chunk chunk = (Chunk) OPEN.getAndSet(this, (Chunk) null);
        if (chunk == null) {
            return;
        }
        chunk.endAt(chunk.start + chunk.written);
        if (handed == chunk.end()) {
            head = null;
            giveBack(chunk);
        }
    }

    /**
     * Gives back every chunk. Routing thread, when the I/O loop has said that it is done with the
     * connection.
     */
    public void release() {
        closed = true;
        Chunk chunk = head;
        if (chunk == null && handed < appended) {
            chunk = first;
        }
        head = null;
        tail = null;
        OPEN.set(this, (Chunk) null);
        appended = handed;
        sentSeen = handed;
        sent(handed);
        while (chunk != null) {
            Chunk next = chunk.next;
            if (chunk.isInUse()) {
                debtor.holds(Debt.Store.NATIVE, -chunk.bytes());
                pool.free(chunk);
            } else {
                giveBack(chunk);
            }
            chunk = next;
        }
    }
}
