package io.millrace.broker.store.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Errands on their way from one thread to one other, in order; makes no garbage. */
final class ErrandRing {
    /** How many may be under way; who puts counts. */
    static final int CAPACITY = 256;

    private static final int MASK = CAPACITY - 1;

    private final AtomicReferenceArray<@Nullable Errand> errands =
            new AtomicReferenceArray<>(CAPACITY);

    /** Written before the errand beside it is put. */
    private final @Nullable IOException[] failures = new IOException[CAPACITY];

    // The putting thread.
    private int put;

    // The taking thread.
    private int taken;

    /** Puts one in, with how it went; the other side sees it with all that was written before. */
    void put(Errand errand, @Nullable IOException failure) {
        int slot = put++ & MASK;
        failures[slot] = failure;
        errands.set(slot, errand);
    }

    /** The next one; null if there is none. */
    @Nullable Errand peek() {
        return errands.get(taken & MASK);
    }

    /** How the next one went. */
    @Nullable IOException failure() {
        return failures[taken & MASK];
    }

    /** Takes the next one out. */
    void remove() {
        int slot = taken++ & MASK;
        failures[slot] = null;
        errands.setRelease(slot, null);
    }
}
