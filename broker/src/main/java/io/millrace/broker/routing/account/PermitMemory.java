package io.millrace.broker.routing.account;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import java.util.HashSet;
import java.util.Set;

/**
 * What the permits of all clients take up on the heap together. Where that is too much, the client
 * with most of them loses its oldest ones. Routing thread.
 */
public final class PermitMemory {
    /** Permits take up no more than this part of what may be kept on the heap. */
    private static final int SHARE_OF_HEAP = 8;

    private final Ledger ledger;
    private final Set<ReplyPermits> holders = new HashSet<>();

    public PermitMemory(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Somebody will need some, until it is {@linkplain #forget forgotten}. */
    void add(ReplyPermits holder) {
        holders.add(holder);
    }

    /** One of them is about to get a permit. */
    void makeRoom(int bytes) {
        long most = ledger.bounds().heapBytes() / SHARE_OF_HEAP;
        while (ledger.bytes(Debt.PERMITS) + bytes > most) {
            ReplyPermits largest = largest();
            if (largest.isEmpty()) {
                return;
            }
            // A part of them, so that looking for the largest isn't needed for each.
            int half = largest.bytes() / 2;
            while (!largest.isEmpty() && largest.bytes() > half) {
                largest.removeOldest();
            }
        }
    }

    private ReplyPermits largest() {
        ReplyPermits largest = holders.iterator().next();
        for (ReplyPermits each : holders) {
            if (each.bytes() > largest.bytes()) {
                largest = each;
            }
        }
        return largest;
    }

    /** Somebody needs none any more. */
    void forget(ReplyPermits gone) {
        holders.remove(gone);
    }
}
