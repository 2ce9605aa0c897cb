package io.millrace.broker.routing.cache;

import io.millrace.protocol.Region;

/**
 * Finds the slot of a subject that was matched before. Routing thread.
 *
 * <p>Fixed capacity, open addressing over a few neighbouring slots, off-heap. Every hit is
 * verified: account, subject byte for byte, and the {@linkplain Generations generation} of the
 * account's results. The match results themselves stand in an array of the caller's, at the same
 * index as the slot, so that none outlives its slot.
 */
public final class SubjectCache implements AutoCloseable {
    /** No slot holds the subject. */
    public static final int MISS = -1;

    /** Neighbouring slots a subject may stand in. */
    private static final int WAYS = 4;

    /** The tag of a slot that holds nothing. */
    private static final long UNUSED = 0;

    private final SlotMemory memory;
    private final Region slots;
    private final int mask;
    private int nextVictim;

    /** A part of the hash of those that were asked for; what comes once gets no slot. */
    private final byte[] asked;

    private long chance = 1;

    /**
     * Allocates the slots; slow the first time in a JVM, so not for a thread that others wait for.
     *
     * <p>The memory need not be cleared, so that pages nobody uses may cost nothing: what stands in
     * a slot counts only together with the caller's result for it.
     *
     * @param capacity slots, a power of two; each takes {@link SlotLayout#SIZE} bytes once used
     */
    public SubjectCache(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < WAYS) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        int size = Math.multiplyExact(capacity, SlotLayout.SIZE);
        memory = SlotMemory.allocate(size);
        slots = memory.region();
        mask = capacity - 1;
        asked = new byte[capacity];
    }

    /** Number of slots; every index is below. */
    public int capacity() {
        return mask + 1;
    }

    /**
     * Looks a subject up.
     *
     * @param generations those of its account
     * @param hash {@link Region#hash} of the subject
     * @return its slot, or {@link #MISS}
     */
    public int find(Generations generations, Region bytes, int offset, int length, long hash) {
        if (length > SlotLayout.MAX_SUBJECT) {
            return MISS;
        }
        long key = key(generations.account(), hash);
        long tag = tag(key, length);
        int home = (int) key & mask;
        for (int way = 0; way < WAYS; way++) {
            int slot = home + way & mask;
            int at = place(slot);
            if (slots.getLong(at + SlotLayout.TAG) == tag
                    && isCurrent(slots.getLong(at + SlotLayout.OWNER), generations)
                    && slots.equal(at + SlotLayout.SUBJECT, bytes, offset, length)) {
                return slot;
            }
        }
        return MISS;
    }

    /**
     * Whether a subject was asked for before, not too long ago. Most inboxes get one answer: to
     * keep those costs more than to find them, and drives out what comes again.
     *
     * @return false the first time, sometimes the second; rarely true for one that never came
     */
    public boolean isAskedForAgain(Generations generations, long hash) {
        long key = key(generations.account(), hash);
        int at = (int) (key >>> Integer.SIZE) & mask;
        byte part = (byte) (key >>> Integer.SIZE - Byte.SIZE);
        boolean again = asked[at] == part;
        if (!again) {
            // Two that come in turns would drive each other out for ever: one of them mostly stays.
            chance = chance * 6_364_136_223_846_793_005L + 1;
            if (chance < 0) {
                asked[at] = part;
            }
        }
        return again;
    }

    private static boolean isCurrent(long owner, Generations generations) {
        return accountOf(owner) == generations.account()
                && (int) owner == generations.of(kindOf(owner));
    }

    /** The slot of a subject, whatever the generation of its result is. */
    private int slotOf(int account, Region bytes, int offset, int length, long hash) {
        if (length > SlotLayout.MAX_SUBJECT) {
            return MISS;
        }
        long key = key(account, hash);
        long tag = tag(key, length);
        int home = (int) key & mask;
        for (int way = 0; way < WAYS; way++) {
            int slot = home + way & mask;
            int at = place(slot);
            if (slots.getLong(at + SlotLayout.TAG) == tag
                    && accountOf(slots.getLong(at + SlotLayout.OWNER)) == account
                    && slots.equal(at + SlotLayout.SUBJECT, bytes, offset, length)) {
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
    public int fill(Generations generations, Region bytes, int offset, int length, long hash) {
        if (length > SlotLayout.MAX_SUBJECT) {
            return MISS;
        }
        int account = generations.account();
        long key = key(account, hash);
        int slot = slotOf(account, bytes, offset, length, hash);
        if (slot == MISS) {
            slot = freeSlot(generations, key);
            int at = place(slot);
            slots.putLong(at + SlotLayout.TAG, tag(key, length));
            bytes.copy(offset, slots, at + SlotLayout.SUBJECT, length);
        }
        slots.putLong(
                place(slot) + SlotLayout.OWNER,
                owner(generations, Generations.kind(bytes, offset, length)));
        return slot;
    }

    private int freeSlot(Generations generations, long key) {
        int home = (int) key & mask;
        for (int way = 0; way < WAYS; way++) {
            int slot = home + way & mask;
            int at = place(slot);
            long owner = slots.getLong(at + SlotLayout.OWNER);
            boolean outdated =
                    accountOf(owner) == generations.account() && !isCurrent(owner, generations);
            if (slots.getLong(at + SlotLayout.TAG) == UNUSED || outdated) {
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
    public int forget(int account, Region bytes, int offset, int length, long hash) {
        int slot = slotOf(account, bytes, offset, length, hash);
        if (slot != MISS) {
            slots.putLong(place(slot) + SlotLayout.TAG, UNUSED);
        }
        return slot;
    }

    private static long key(int account, long hash) {
        return hash ^ account * 0x9E3779B97F4A7C15L;
    }

    private static long tag(long key, int length) {
        return key & -1L << Byte.SIZE | length;
    }

    private static long owner(Generations generations, int kind) {
        return (long) generations.account() << SlotLayout.ACCOUNT_SHIFT
                | (long) kind << SlotLayout.KIND_SHIFT
                | generations.of(kind) & 0xFFFF_FFFFL;
    }

    private static int accountOf(long owner) {
        return (int) (owner >>> SlotLayout.ACCOUNT_SHIFT);
    }

    /** Whatever stands in a slot, it is one there is. */
    private static int kindOf(long owner) {
        return (int) (owner >>> SlotLayout.KIND_SHIFT) & Generations.KINDS - 1;
    }

    private static int place(int slot) {
        return slot * SlotLayout.SIZE;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        memory.close();
    }
}
