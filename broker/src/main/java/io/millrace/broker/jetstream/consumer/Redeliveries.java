package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;

/**
 * The order in which messages are delivered again. One that was acknowledged meanwhile still has a
 * place here: whether it is to be delivered {@link Unacked} knows. Shard thread.
 */
final class Redeliveries {
    /** There is none. */
    static final long NONE = 0;

    private static final int SMALLEST = 16;
    private static final long[] NOTHING = {};

    private final Debtor debtor;
    private long[] ring = NOTHING;
    private int head;
    private int count;

    Redeliveries(Debtor debtor) {
        this.debtor = debtor;
    }

    void add(long sequence) {
        if (count == ring.length) {
            grow();
        }
        ring[head + count & ring.length - 1] = sequence;
        count++;
    }

    private void grow() {
        long[] larger = new long[Math.max(SMALLEST, 2 * ring.length)];
        for (int i = 0; i < count; i++) {
            larger[i] = ring[head + i & ring.length - 1];
        }
        debtor.charge(Debt.CONSUMERS, (long) (larger.length - ring.length) * Long.BYTES);
        ring = larger;
        head = 0;
    }

    /** Takes the first; {@link #NONE} if there is none. */
    long next() {
        if (count == 0) {
            return NONE;
        }
        long first = ring[head];
        head = head + 1 & ring.length - 1;
        count--;
        if (count == 0 && ring.length > SMALLEST) {
            clear();
        }
        return first;
    }

    /** Puts one back in front of all. */
    void putBack(long sequence) {
        if (count == ring.length) {
            grow();
        }
        head = head - 1 & ring.length - 1;
        ring[head] = sequence;
        count++;
    }

    /** One is delivered at another time; it has one place, or none. Looks through all. */
    void remove(long sequence) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            long each = ring[head + i & ring.length - 1];
            if (each != sequence) {
                ring[head + kept & ring.length - 1] = each;
                kept++;
            }
        }
        count = kept;
    }

    int size() {
        return count;
    }

    /** Forgets all, and gives back what they took. */
    void clear() {
        debtor.credit(Debt.CONSUMERS, (long) ring.length * Long.BYTES);
        ring = NOTHING;
        head = 0;
        count = 0;
    }
}
