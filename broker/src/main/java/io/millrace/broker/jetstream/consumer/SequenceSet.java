package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;

import java.util.Arrays;

/**
 * Sequences in their order, most of which come at the end and go at the beginning. Shard thread.
 */
final class SequenceSet {
    private static final int SMALLEST = 16;
    private static final long[] NONE = {};

    private final Debtor debtor;
    private long[] sequences = NONE;
    private int from;
    private int to;

    SequenceSet(Debtor debtor) {
        this.debtor = debtor;
    }

    int size() {
        return to - from;
    }

    /** The one of this place, from 0. */
    long get(int index) {
        return sequences[from + index];
    }

    boolean has(long sequence) {
        return Arrays.binarySearch(sequences, from, to, sequence) >= 0;
    }

    /** Adds one that may be there. */
    void add(long sequence) {
        int found = Arrays.binarySearch(sequences, from, to, sequence);
        if (found >= 0) {
            return;
        }
        if (to == sequences.length) {
            grow();
            found = Arrays.binarySearch(sequences, from, to, sequence);
        }
        int at = -found - 1;
        System.arraycopy(sequences, at, sequences, at + 1, to - at);
        sequences[at] = sequence;
        to++;
    }

    private void grow() {
        int count = size();
        long[] larger = sequences;
        if (count >= sequences.length / 2) {
            larger = new long[Math.max(SMALLEST, 2 * sequences.length)];
            debtor.charge(Debt.CONSUMERS, (long) (larger.length - sequences.length) * Long.BYTES);
        }
        System.arraycopy(sequences, from, larger, 0, count);
        sequences = larger;
        from = 0;
        to = count;
    }

    /** Removes one; false if it isn't there. */
    boolean remove(long sequence) {
        int found = Arrays.binarySearch(sequences, from, to, sequence);
        if (found < 0) {
            return false;
        }
        if (found == from) {
            from++;
        } else {
            System.arraycopy(sequences, found + 1, sequences, found, to - found - 1);
            to--;
        }
        if (from == to) {
            clear();
        }
        return true;
    }

    /** Removes all below a sequence. */
    void removeBelow(long sequence) {
        while (from < to && sequences[from] < sequence) {
            from++;
        }
        if (from == to) {
            clear();
        }
    }

    /** Removes all, and gives back what they took. */
    void clear() {
        debtor.credit(Debt.CONSUMERS, (long) sequences.length * Long.BYTES);
        sequences = NONE;
        from = 0;
        to = 0;
    }
}
