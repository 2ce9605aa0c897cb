package io.millrace.broker.ledger;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * All that a server keeps for its peers, and the bounds of it. Any thread.
 *
 * <p>Charges come in large pieces, a chunk or a subscription at a time, so an atomic addition for
 * each is cheap enough. What is charged may go over the bound by what is under way at that moment;
 * whoever can refuse asks {@link #hasRoom} first.
 */
public final class Ledger {
    private static final int PASSING_PART = 8;

    private final AtomicLongArray owed = new AtomicLongArray(Debt.values().length);
    private final AtomicLongArray stored = new AtomicLongArray(Debt.Store.values().length);
    private volatile MemoryBounds bounds;

    /** Makes an empty ledger. */
    public Ledger(MemoryBounds bounds) {
        this.bounds = bounds;
    }

    /** A ledger without bounds, for a part that stands alone. */
    public static Ledger unbounded() {
        return new Ledger(MemoryBounds.NONE);
    }

    /** How much may be kept. */
    public MemoryBounds bounds() {
        return bounds;
    }

    /** Has other bounds hold from here on; what is kept already stays. */
    public void bound(MemoryBounds newBounds) {
        bounds = newBounds;
    }

    /**
     * Something is kept, or given back.
     *
     * @param bytes negative if it is given back
     */
    public void add(Debt kind, long bytes) {
        owed.getAndAdd(kind.ordinal(), bytes);
        stored.getAndAdd(kind.store().ordinal(), bytes);
    }

    /** Whether so much more would stay within the server's bound. */
    public boolean hasRoom(Debt.Store store, long bytes) {
        return bytes(store) + bytes <= bounds.bytes(store);
    }

    /**
     * Whether so much more may be kept for as long as its owner wants: a part of the bound isn't
     * for that, so that what only passes finds room whatever stays.
     */
    public boolean hasRoomToStay(Debt.Store store, long bytes) {
        return hasRoom(store, bytes + roomToPass(store));
    }

    /**
     * Whether JetStream may keep so much more on the heap: streams, consumers with what they know,
     * and backups get half of the bound, so that whoever fills it leaves subscriptions their room.
     */
    public boolean hasRoomForJetStream(long bytes) {
        long kept = bytes(Debt.ASSETS) + bytes(Debt.CONSUMERS) + bytes(Debt.BACKUPS);
        return kept + bytes <= bounds.heapBytes() / 2 && hasRoomToStay(Debt.Store.HEAP, bytes);
    }

    /** The part of the bound that isn't for what stays. */
    public long roomToPass(Debt.Store store) {
        return bounds.bytes(store) / PASSING_PART;
    }

    /** By how much more is kept than may be; 0 or less if it isn't. */
    public long excess(Debt.Store store) {
        return bytes(store) - bounds.bytes(store);
    }

    /** Whether more is kept anywhere than may be. */
    public boolean isOverdrawn() {
        return excess(Debt.Store.NATIVE) > 0 || excess(Debt.Store.HEAP) > 0;
    }

    /** Bytes of all kinds that are kept there. */
    public long bytes(Debt.Store store) {
        return stored.get(store.ordinal());
    }

    /** Bytes of one kind. */
    public long bytes(Debt kind) {
        return owed.get(kind.ordinal());
    }

    /** Bytes of each kind, by its name. */
    public SequencedMap<String, Long> bytesByKind() {
        SequencedMap<String, Long> byKind = new LinkedHashMap<>();
        for (Debt kind : Debt.values()) {
            byKind.put(kind.text(), bytes(kind));
        }
        return byKind;
    }
}
