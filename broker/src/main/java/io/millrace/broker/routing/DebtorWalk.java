package io.millrace.broker.routing;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.view.DebtorSnapshot;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Looks for those who owe most, some connections at a time, so that the routing thread never stops
 * for long: no more are kept than are asked for, and nothing is sorted there. {@link #next} runs on
 * the routing thread; between two calls anything may happen.
 */
public final class DebtorWalk {
    /** Of two that owe the same, the older connection comes first. */
    private static final Comparator<DebtorSnapshot> LARGEST_FIRST =
            Comparator.comparingLong(DebtorSnapshot::bytes)
                    .reversed()
                    .thenComparingLong(DebtorSnapshot::cid);

    private final int most;
    private final PriorityQueue<DebtorSnapshot> largest =
            new PriorityQueue<>(LARGEST_FIRST.reversed());

    /** Peers up to this number were looked at. */
    private long after = Long.MIN_VALUE;

    /**
     * @param most debtors that are wanted, from 0
     */
    public DebtorWalk(int most) {
        this.most = most;
    }

    /**
     * Goes on.
     *
     * @param steps connections to look at
     * @return whether there may be more
     */
    public boolean next(Router router, int steps) {
        int seen = 0;
        for (Peer peer : router.peersById().after(after)) {
            if (seen++ == steps) {
                return true;
            }
            after = peer.id;
            consider(peer);
        }
        return false;
    }

    private void consider(Peer peer) {
        if (largest.size() < most) {
            largest.add(DebtorSnapshot.of(peer));
        } else if (!largest.isEmpty() && owed(peer) > largest.element().bytes()) {
            largest.remove();
            largest.add(DebtorSnapshot.of(peer));
        }
    }

    private static long owed(Peer peer) {
        return peer.debtor.bytes(Debt.Store.HEAP) + peer.debtor.bytes(Debt.Store.NATIVE);
    }

    /** Those who owe most of all that were looked at, the largest debt first. */
    public List<DebtorSnapshot> largest() {
        return largest.stream().sorted(LARGEST_FIRST).toList();
    }
}
