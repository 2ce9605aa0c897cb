package io.millrace.broker.jetstream.stream;

import java.util.Arrays;

/** Sequences that are to go together: up to so many, and memory for as many as there ever were. */
final class Sequences {
    private static final long[] NONE = {};
    private static final int FIRST = 16;

    private final int most;
    private long[] values = NONE;
    private int count;

    /** Has none yet. */
    Sequences(int most) {
        this.most = most;
    }

    void clear() {
        count = 0;
    }

    boolean isFull() {
        return count == most;
    }

    int count() {
        return count;
    }

    /** One more; there mustn't be too many. */
    void add(long sequence) {
        if (count == values.length) {
            values = Arrays.copyOf(values, Math.clamp(2L * count, FIRST, most));
        }
        values[count] = sequence;
        count++;
    }

    long get(int index) {
        return values[index];
    }

    void set(int index, long sequence) {
        values[index] = sequence;
    }

    /** Those behind the first so many don't go. */
    void keep(int first) {
        count = first;
    }

    void sort() {
        Arrays.sort(values, 0, count);
    }

    /** Those there are come first. */
    long[] values() {
        return values;
    }
}
