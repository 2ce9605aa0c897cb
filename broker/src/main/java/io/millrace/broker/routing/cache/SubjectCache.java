package io.millrace.broker.routing.cache;

import io.millrace.protocol.Memory;

import net.openhft.chronicle.bytes.BytesStore;

/**
 * Finds the slot of a subject that was matched before. Routing thread.
 *
 * <p>Fixed capacity, open addressing over a few neighbouring slots, off-heap in a Chronicle native
 * store. Every hit is verified: account, subject byte for byte, and the generation of the account's
 * wildcard subscriptions. The match results themselves stand in an array of the caller's, at the
 * same index as the slot, so that none outlives its slot.
 */
public final class SubjectCache implements AutoCloseable {
    /** No slot holds the subject. */
    public static final int MISS = -1;

    /** Neighbouring slots a subject may stand in. */
    private static final int WAYS = 4;

    private final BytesStore<?, ?> store;
    private final long slots;
    private final int mask;
    private int nextVictim;

    /**
     * Allocates the store; slow the first time in a JVM, so not for a thread that others wait for.
     *
     * <p>The memory is not cleared, so that pages nobody uses cost nothing: what stands in a slot
     * counts only together with the caller's result for it.
     *
     * @param capacity slots, a power of two; each takes {@link SlotLayout#SIZE} bytes once used
     */
    public SubjectCache(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < WAYS) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        store = BytesStore.lazyNativeBytesStoreWithFixedCapacity((long) capacity * SlotLayout.SIZE);
        slots = store.addressForRead(0);
        mask = capacity - 1;
    }

    /** Number of slots; every index is below. */
    public int capacity() {
        return mask + 1;
    }

    /**
     * Looks a subject up.
     *
     * @param hash {@link Memory#hash} of the subject
     * @return its slot, or {@link #MISS}
     */
    public int find(int account, int generation, long address, int length, long hash) {
        int slot = slotOf(account, address, length, hash);
        if (slot == MISS
                || Memory.getInt(slots + offset(slot) + SlotLayout.GENERATION) != generation) {
            return MISS;
        }
        return slot;
    }

    private int slotOf(int account, long address, int length, long hash) {
        long key = key(account, hash);
        int home = (int) key & mask;
        for (int way = 0; way < WAYS; way++) {
            int slot = home + way & mask;
            long at = slots + offset(slot);
            if (Memory.getLong(at + SlotLayout.HASH) == key
                    && Memory.getInt(at + SlotLayout.LENGTH) == length
                    && Memory.getInt(at + SlotLayout.ACCOUNT) == account
                    && Memory.getInt(at + SlotLayout.USED) != 0
                    && Memory.equal(address, at + SlotLayout.SUBJECT, length)) {
                return slot;
            }
        }
        return MISS;
    }

    /**
     * Gives a subject a slot: its old one, an unused or outdated one, or that of another.
     *
     * @return the slot, or {@link #MISS} if the subject is too long to be cached
     */
    public int fill(int account, int generation, long address, int length, long hash) {
        if (length > SlotLayout.MAX_SUBJECT) {
            return MISS;
        }
        int slot = slotOf(account, address, length, hash);
        if (slot == MISS) {
            slot = freeSlot(account, generation, key(account, hash));
            long at = slots + offset(slot);
            Memory.putLong(at + SlotLayout.HASH, key(account, hash));
            Memory.putInt(at + SlotLayout.ACCOUNT, account);
            Memory.putInt(at + SlotLayout.LENGTH, length);
            Memory.putInt(at + SlotLayout.USED, 1);
            Memory.copy(address, at + SlotLayout.SUBJECT, length);
        }
        Memory.putInt(slots + offset(slot) + SlotLayout.GENERATION, generation);
        return slot;
    }

    private int freeSlot(int account, int generation, long key) {
        int home = (int) key & mask;
        for (int way = 0; way < WAYS; way++) {
            int slot = home + way & mask;
            long at = slots + offset(slot);
            boolean outdated =
                    Memory.getInt(at + SlotLayout.ACCOUNT) == account
                            && Memory.getInt(at + SlotLayout.GENERATION) != generation;
            if (Memory.getInt(at + SlotLayout.USED) == 0 || outdated) {
                return slot;
            }
        }
        nextVictim = nextVictim + 1 & WAYS - 1;
        return home + nextVictim & mask;
    }

    /**
     * Forgets one subject, because a subscription to exactly it came or went.
     *
     * @return the slot that is free now, or {@link #MISS}
     */
    public int forget(int account, long address, int length, long hash) {
        int slot = slotOf(account, address, length, hash);
        if (slot != MISS) {
            Memory.putInt(slots + offset(slot) + SlotLayout.USED, 0);
        }
        return slot;
    }

    private static long key(int account, long hash) {
        return hash ^ account * 0x9E3779B97F4A7C15L;
    }

    private static long offset(int slot) {
        return (long) slot * SlotLayout.SIZE;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        store.releaseLast();
    }
}
