package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;

import java.io.IOException;
import java.util.Arrays;

/**
 * When messages of a stream are due: to expire, or to be published by their schedule. Shard thread.
 *
 * <p>A hierarchical timing wheel of millions of entries, outside of the heap: eight levels of 64
 * slots, the lowest of about a millisecond each, every other of 64 of the level below. An entry is
 * in the level of the highest digit, to base 64, in which its time differs from the wheel's, and
 * moves down as that comes nearer. A hash table finds entries by their sequence. Entries are
 * numbered without a gap, so the memory is given back as they go. {@link ExpiryLayout} is what they
 * look like.
 *
 * <p>The wheel's time is one that no entry's is before. It goes back if an entry does, as after a
 * step of the clock.
 */
public final class ExpiryWheel implements AutoCloseable {
    /** Nothing is due ever. */
    public static final long NEVER = Long.MAX_VALUE;

    /** No entry has this sequence. */
    public static final long NONE = -1;

    private static final int TICK_SHIFT = 20;

    /** A tick is a power of two of nanoseconds, a little above a millisecond. */
    public static final long TICK_NS = 1L << TICK_SHIFT;

    private static final int LEVEL_SHIFT = 6;
    private static final int SLOTS = 1 << LEVEL_SHIFT;
    private static final int IN_LEVEL = SLOTS - 1;
    private static final int LEVELS = 8;
    private static final int NO_SLOT = -1;

    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    /** Hears what is due. */
    @FunctionalInterface
    public interface Due {
        /**
         * A message is due; the wheel doesn't know it any more. It may be added again from here.
         *
         * @param expiryNs when it was to be, since the epoch
         */
        void onDue(long sequence, long expiryNs);
    }

    private final Pages entries;
    private final Pages slots;
    private final Chains chains;
    // A bit for each slot of a level that may have entries; one that hasn't loses it when looked
    // at.
    private final long[] occupied = new long[LEVELS];
    private int count;
    private long time;
    // The slot whose entries are on their way down, since the wheel's time has come to it.
    private int draining = NO_SLOT;

    /**
     * Makes an empty one.
     *
     * @param nowNs the time, since the epoch
     */
    public ExpiryWheel(Debtor debtor, long nowNs) {
        entries = new Pages(debtor);
        slots = new Pages(debtor);
        chains = new Chains(debtor, new EntryLinks());
        time = nowNs >> TICK_SHIFT;
    }

    /** How many entries there are. */
    public int size() {
        return count;
    }

    // --- entries

    /**
     * Says when a message is due; if it is known already, that is its time from here on.
     *
     * @param sequence from 1
     * @param expiryNs since the epoch, from 0; one that has passed is due at once
     */
    public void add(long sequence, long expiryNs) {
        int entry = find(sequence);
        if (entry >= 0) {
            unlink(entry);
        } else {
            entry = append(sequence);
        }
        put(entry, ExpiryLayout.EXPIRY, expiryNs);
        place(entry);
    }

    /** Makes an entry that is in no slot yet. */
    private int append(long sequence) {
        if (count == Integer.MAX_VALUE) {
            throw new IllegalStateException("no more than " + count + " messages can be due");
        }
        entries.reach((count + 1L) * ExpiryLayout.SIZE);
        if (slots.bytes() == 0) {
            makeSlots();
        }
        put(count, ExpiryLayout.SEQUENCE, sequence);
        chains.add(count);
        return count++;
    }

    private void makeSlots() {
        slots.reach(LEVELS * SLOTS * ExpiryLayout.SLOT_SIZE);
        for (int slot = 0; slot < LEVELS * SLOTS; slot++) {
            empty(slot);
        }
    }

    /**
     * A message isn't to be due any more.
     *
     * @return whether it was
     */
    public boolean remove(long sequence) {
        int entry = find(sequence);
        if (entry < 0) {
            return false;
        }
        remove(entry);
        return true;
    }

    /** When a message is due, since the epoch; {@link #NONE} if it isn't. */
    public long expiryNs(long sequence) {
        int entry = find(sequence);
        return entry < 0 ? NONE : value(entry, ExpiryLayout.EXPIRY);
    }

    private int find(long sequence) {
        int entry = (int) chains.first(hash(sequence));
        while (entry >= 0 && value(entry, ExpiryLayout.SEQUENCE) != sequence) {
            entry = link(entry, ExpiryLayout.CHAIN);
        }
        return entry;
    }

    private void remove(int entry) {
        unlink(entry);
        chains.remove(entry);
        count--;
        if (entry != count) {
            renumber(count, entry);
        }
        if (count == 0) {
            clear();
        } else {
            entries.shrink((long) count * ExpiryLayout.SIZE);
        }
    }

    /** The last entry takes the number of the one that is gone. */
    private void renumber(int entry, int to) {
        long from = (long) entry * ExpiryLayout.SIZE;
        long at = (long) to * ExpiryLayout.SIZE;
        entries.region(from)
                .copy(Pages.offset(from), entries.region(at), Pages.offset(at), ExpiryLayout.SIZE);
        chains.renumber(entry, to);
        previous(next(to), to);
        next(previous(to), to);
    }

    // --- time

    /**
     * Tells of what is due, in the order of ticks.
     *
     * @param nowNs since the epoch
     * @param most entries to tell of or to move, so that others get their turn
     * @return whether there may be more
     */
    public boolean poll(long nowNs, int most, Due due) {
        long now = nowNs >> TICK_SHIFT;
        int slot = nextSlot();
        for (int left = most; left > 0 && hasCome(slot, now); left--) {
            int entry = next(~slot);
            time = start(slot);
            if (slot < SLOTS) {
                long sequence = value(entry, ExpiryLayout.SEQUENCE);
                long expiryNs = value(entry, ExpiryLayout.EXPIRY);
                remove(entry);
                due.onDue(sequence, expiryNs);
            } else {
                draining = slot;
                unlink(entry);
                place(entry);
            }
            slot = nextSlot();
        }
        return hasCome(slot, now);
    }

    private boolean hasCome(int slot, long now) {
        return slot != NO_SLOT && start(slot) <= now;
    }

    /**
     * When to {@link #poll} next, since the epoch: not after the first entry is due, perhaps before
     * it. {@link #NEVER} if there is none.
     */
    public long nextDueNs() {
        int slot = nextSlot();
        if (slot == NO_SLOT) {
            return NEVER;
        }
        long start = start(slot);
        return start > Long.MAX_VALUE >> TICK_SHIFT ? NEVER : start << TICK_SHIFT;
    }

    /** The slot whose entries come first. */
    private int nextSlot() {
        if (count == 0) {
            return NO_SLOT;
        }
        if (draining != NO_SLOT) {
            if (!isEmpty(draining)) {
                return draining;
            }
            draining = NO_SLOT;
        }
        for (int level = 0; level < LEVELS; level++) {
            while (occupied[level] != 0) {
                int slot = level * SLOTS + Long.numberOfTrailingZeros(occupied[level]);
                if (!isEmpty(slot)) {
                    return slot;
                }
                occupied[level] &= occupied[level] - 1;
            }
        }
        return NO_SLOT;
    }

    /** The tick in which a slot begins. */
    private long start(int slot) {
        int shift = slot / SLOTS * LEVEL_SHIFT;
        long above = time & -1L << shift + LEVEL_SHIFT;
        return above | (long) (slot & IN_LEVEL) << shift;
    }

    private static long tick(long expiryNs) {
        return expiryNs <= 0 ? 0 : (expiryNs - 1 >> TICK_SHIFT) + 1;
    }

    private static int level(long one, long other) {
        long differing = one ^ other;
        return differing == 0
                ? 0
                : (Long.SIZE - 1 - Long.numberOfLeadingZeros(differing)) / LEVEL_SHIFT;
    }

    private static int digit(long tick, int level) {
        return (int) (tick >> level * LEVEL_SHIFT) & IN_LEVEL;
    }

    // --- slots

    /** Puts an entry that is in no slot into that of its time. */
    private void place(int entry) {
        long tick = tick(value(entry, ExpiryLayout.EXPIRY));
        if (tick < time) {
            goBack(tick);
        }
        int level = level(time, tick);
        int slot = level * SLOTS + digit(tick, level);
        append(slot, entry);
        occupied[level] |= 1L << slot;
    }

    /**
     * The wheel's time is an earlier one: all that was nearer to the old one than the digit in
     * which they differ is in that digit's slot now.
     */
    private void goBack(long to) {
        int level = level(time, to);
        int into = level * SLOTS + digit(time, level);
        for (int slot = 0; slot < level * SLOTS; slot++) {
            if (!isEmpty(slot)) {
                move(slot, into);
            }
        }
        for (int below = 0; below < level; below++) {
            occupied[below] = 0;
        }
        occupied[level] |= 1L << into;
        // Nothing is on its way down in a level above: the wheel's time is then the slot's start.
        draining = NO_SLOT;
        time = to;
    }

    private boolean isEmpty(int slot) {
        return next(~slot) == ~slot;
    }

    private void empty(int slot) {
        next(~slot, ~slot);
        previous(~slot, ~slot);
    }

    /** Puts an entry at the end of a slot. */
    private void append(int slot, int entry) {
        int last = previous(~slot);
        next(last, entry);
        previous(entry, last);
        next(entry, ~slot);
        previous(~slot, entry);
    }

    /** Puts all entries of a slot at the end of another. */
    private void move(int from, int slot) {
        int first = next(~from);
        int last = previous(~from);
        int before = previous(~slot);
        next(before, first);
        previous(first, before);
        next(last, ~slot);
        previous(~slot, last);
        empty(from);
    }

    private void unlink(int entry) {
        int next = next(entry);
        int previous = previous(entry);
        next(previous, next);
        previous(next, previous);
    }

    // An entry of a ring is one of the wheel's, or the slot itself: ~slot, which is negative.

    private int next(int at) {
        return at < 0
                ? slots.getInt(~at * ExpiryLayout.SLOT_SIZE + ExpiryLayout.SLOT_NEXT)
                : link(at, ExpiryLayout.NEXT);
    }

    private void next(int at, int next) {
        if (at < 0) {
            slots.putInt(~at * ExpiryLayout.SLOT_SIZE + ExpiryLayout.SLOT_NEXT, next);
        } else {
            link(at, ExpiryLayout.NEXT, next);
        }
    }

    private int previous(int at) {
        return at < 0
                ? slots.getInt(~at * ExpiryLayout.SLOT_SIZE + ExpiryLayout.SLOT_PREVIOUS)
                : link(at, ExpiryLayout.PREVIOUS);
    }

    private void previous(int at, int previous) {
        if (at < 0) {
            slots.putInt(~at * ExpiryLayout.SLOT_SIZE + ExpiryLayout.SLOT_PREVIOUS, previous);
        } else {
            link(at, ExpiryLayout.PREVIOUS, previous);
        }
    }

    // --- memory

    private long value(int entry, int field) {
        return entries.getLong((long) entry * ExpiryLayout.SIZE + field);
    }

    private void put(int entry, int field, long value) {
        entries.putLong((long) entry * ExpiryLayout.SIZE + field, value);
    }

    private int link(int entry, int field) {
        return entries.getInt((long) entry * ExpiryLayout.SIZE + field);
    }

    private void link(int entry, int field, int value) {
        entries.putInt((long) entry * ExpiryLayout.SIZE + field, value);
    }

    /** Sequences follow each other; the lowest bits must not. */
    private static long hash(long sequence) {
        long mixed = sequence * MIX;
        return mixed ^ mixed >>> Integer.SIZE;
    }

    /** Forgets all entries. */
    public void clear() {
        entries.close();
        slots.close();
        chains.clear();
        Arrays.fill(occupied, 0);
        draining = NO_SLOT;
        count = 0;
    }

    /** Writes all entries down. */
    public void write(Sink out) {
        out.putInt(count);
        for (int entry = 0; entry < count; entry++) {
            out.putLong(value(entry, ExpiryLayout.SEQUENCE));
            out.putLong(value(entry, ExpiryLayout.EXPIRY));
        }
    }

    /**
     * Reads what was written down, into an empty one.
     *
     * @throws IOException if there is no more; what was read so far stays
     */
    public void read(Source in) throws IOException {
        int written = in.getInt();
        for (int i = 0; i < written; i++) {
            long sequence = in.getLong();
            add(sequence, in.getLong());
        }
    }

    @Override
    public void close() {
        clear();
    }

    private final class EntryLinks implements Chains.Links {
        @Override
        public long next(long entry) {
            return link((int) entry, ExpiryLayout.CHAIN);
        }

        @Override
        public void next(long entry, long next) {
            link((int) entry, ExpiryLayout.CHAIN, (int) next);
        }

        @Override
        public long hash(long entry) {
            return ExpiryWheel.hash(value((int) entry, ExpiryLayout.SEQUENCE));
        }
    }
}
