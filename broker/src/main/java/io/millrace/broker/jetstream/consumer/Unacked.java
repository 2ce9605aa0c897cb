package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;

import java.util.Arrays;

/**
 * Messages that were delivered and wait for their acknowledgement, in the order of their sequences,
 * in which they were delivered first. A ring whose entries go at any place; found by halving. Shard
 * thread.
 *
 * <p>An entry has an index, from 0 to {@link #end}, until the next call that adds or removes one.
 */
final class Unacked {
    /** There is no such entry. */
    static final int NONE = -1;

    private static final int SMALLEST = 16;

    /** Of sequence, delivery, time and mark. */
    private static final int BYTES_EACH = 3 * Long.BYTES + Integer.BYTES;

    /** With more holes than three to an entry all move together. */
    private static final int SPARSE = 4;

    private static final int LIVE = 1 << 31;
    private static final int QUEUED = 1 << 30;
    private static final int ASIDE = 1 << 29;
    private static final int COUNT = ASIDE - 1;

    private static final long[] NO_LONGS = {};
    private static final int[] NO_INTS = {};

    private final Debtor debtor;
    private long[] sequences = NO_LONGS;
    private long[] deliveries = NO_LONGS;
    private long[] times = NO_LONGS;

    /**
     * Whether it is there, is to be delivered again, and wasn't delivered yet at all; how often it
     * was delivered beyond once.
     */
    private int[] marks = NO_INTS;

    private int head;
    private int end;
    private int live;
    private int queued;
    private int redelivered;
    private int aside;

    Unacked(Debtor debtor) {
        this.debtor = debtor;
    }

    /** How many there are. */
    int size() {
        return live;
    }

    /** Those of them that wait to be delivered again. */
    int queued() {
        return queued;
    }

    /** Those of them that were delivered more than once. */
    int redelivered() {
        return redelivered;
    }

    /** Those of them that weren't delivered yet: they wait for others in front of them. */
    int aside() {
        return aside;
    }

    /** Behind the last index. */
    int end() {
        return end;
    }

    private int at(int index) {
        return head + index & sequences.length - 1;
    }

    boolean isThere(int index) {
        return marks[at(index)] < 0;
    }

    long sequence(int index) {
        return sequences[at(index)];
    }

    /** The number of its first delivery. */
    long delivery(int index) {
        return deliveries[at(index)];
    }

    /** From when its time to be acknowledged counts, since the epoch. */
    long timeNs(int index) {
        return times[at(index)];
    }

    /** How often it was delivered beyond once. */
    int redeliveries(int index) {
        return marks[at(index)] & COUNT;
    }

    boolean isQueued(int index) {
        return (marks[at(index)] & QUEUED) != 0;
    }

    /** Whether it wasn't delivered yet. */
    boolean isAside(int index) {
        return (marks[at(index)] & ASIDE) != 0;
    }

    /** The entry of a sequence; {@link #NONE} if it isn't there. */
    int find(long sequence) {
        int low = 0;
        int high = end - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long there = sequence(middle);
            if (there < sequence) {
                low = middle + 1;
            } else if (there > sequence) {
                high = middle - 1;
            } else {
                return isThere(middle) ? middle : NONE;
            }
        }
        return NONE;
    }

    /** The first entry; {@link #NONE} if there is none. */
    int first() {
        // What is gone in front is given up at once.
        return live == 0 ? NONE : 0;
    }

    /**
     * Adds one.
     *
     * @param sequence greater than all that are there
     */
    void add(long sequence, long delivery, long timeNs, int redeliveries) {
        if (end == sequences.length) {
            grow();
        }
        int at = at(end);
        sequences[at] = sequence;
        deliveries[at] = delivery;
        times[at] = timeNs;
        marks[at] = LIVE | redeliveries;
        end++;
        live++;
        redelivered += redeliveries > 0 ? 1 : 0;
    }

    /**
     * Adds one that isn't delivered yet.
     *
     * @param sequence greater than all that are there
     */
    void addAside(long sequence, long delivery, long timeNs) {
        add(sequence, delivery, timeNs, 0);
        marks[at(end - 1)] |= ASIDE;
        aside++;
    }

    private void grow() {
        resize(Math.max(SMALLEST, 2 * sequences.length));
    }

    private void resize(int capacity) {
        long[] newSequences = new long[capacity];
        long[] newDeliveries = new long[capacity];
        long[] newTimes = new long[capacity];
        int[] newMarks = new int[capacity];
        int count = 0;
        for (int i = 0; i < end; i++) {
            int at = at(i);
            if (marks[at] < 0) {
                newSequences[count] = sequences[at];
                newDeliveries[count] = deliveries[at];
                newTimes[count] = times[at];
                newMarks[count] = marks[at];
                count++;
            }
        }
        charge(capacity - sequences.length);
        sequences = newSequences;
        deliveries = newDeliveries;
        times = newTimes;
        marks = newMarks;
        head = 0;
        end = count;
    }

    private void charge(int entries) {
        debtor.charge(Debt.CONSUMERS, (long) entries * BYTES_EACH);
    }

    /** Its time to be acknowledged counts from here. */
    void touch(int index, long timeNs) {
        times[at(index)] = timeNs;
    }

    /** It is delivered once more; or for the first time, if it wasn't yet. */
    void redeliver(int index, long timeNs) {
        int at = at(index);
        if ((marks[at] & ASIDE) != 0) {
            marks[at] ^= ASIDE;
            times[at] = timeNs;
            aside--;
            return;
        }
        redelivered += (marks[at] & COUNT) == 0 ? 1 : 0;
        times[at] = timeNs;
        if ((marks[at] & COUNT) < COUNT) {
            marks[at]++;
        }
    }

    /** It is to be delivered again, or no more. */
    void queue(int index, boolean again) {
        int at = at(index);
        boolean before = (marks[at] & QUEUED) != 0;
        if (before != again) {
            marks[at] ^= QUEUED;
            queued += again ? 1 : -1;
        }
    }

    /** It is gone. */
    void remove(int index) {
        int at = at(index);
        queue(index, false);
        aside -= (marks[at] & ASIDE) == 0 ? 0 : 1;
        redelivered -= (marks[at] & COUNT) > 0 ? 1 : 0;
        marks[at] = 0;
        live--;
        if (live == 0) {
            clear();
            return;
        }
        while (marks[head] == 0) {
            head = head + 1 & sequences.length - 1;
            end--;
        }
        while (marks[at(end - 1)] == 0) {
            end--;
        }
        if (end > SMALLEST && live * SPARSE < end) {
            resize(Math.max(SMALLEST, Integer.highestOneBit(live) * 2));
        }
    }

    /** All are gone. */
    void clear() {
        if (sequences.length > SMALLEST) {
            charge(-sequences.length);
            sequences = NO_LONGS;
            deliveries = NO_LONGS;
            times = NO_LONGS;
            marks = NO_INTS;
        } else {
            Arrays.fill(marks, 0);
        }
        head = 0;
        end = 0;
        live = 0;
        queued = 0;
        redelivered = 0;
        aside = 0;
    }

    /** Gives back all that it has. */
    void close() {
        clear();
        charge(-sequences.length);
        sequences = NO_LONGS;
        marks = NO_INTS;
    }
}
