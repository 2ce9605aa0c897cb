package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

/**
 * What happens when the server keeps as much as it may: whoever owes most pays for it, with the
 * connection. Where more can be refused, that is only who owes a considerable part of all; else
 * nobody is to blame, and who asks is refused. Routing thread.
 */
final class Settlement {
    /** Who owes less than this part of what may be kept isn't closed for another's sake. */
    private static final int CONSIDERABLE = 16;

    /** For so long nobody is looked for anew: one who is refused may ask again at once. */
    private static final long BLAMED_NS = 1_000_000;

    private final Ledger ledger;
    private final ServerLog log;
    private final Outbox outbox;

    /** All links that something is kept for, those that are closing included. */
    private final Iterable<Link> debtors;

    /** Who had to be refused last; null if nobody owed a considerable part. */
    private @Nullable Link blamed;

    private Debt.@Nullable Store blamedStore;
    private long blamedUntilNs;

    Settlement(Ledger ledger, ServerLog log, Outbox outbox, Iterable<Link> debtors) {
        this.ledger = ledger;
        this.log = log;
        this.outbox = outbox;
        this.debtors = debtors;
    }

    /** Whether there is room for one more connection, or who owes most makes some. */
    boolean admits(Link newcomer) {
        return admits(newcomer, Debt.Store.HEAP, Link.CONNECTION_BYTES)
                && admits(newcomer, Debt.Store.NATIVE, Link.TLS_BYTES);
    }

    private boolean admits(Link newcomer, Debt.Store store, int bytes) {
        return ledger.hasRoom(store, bytes) || makesRoom(newcomer, store, bytes);
    }

    /**
     * Somebody asks for more than there is room for: closes the one who owes most, unless it is who
     * asks. What that one owes counts as given back though it takes a while.
     *
     * @return whether there is room now
     */
    boolean makesRoom(Link asking, Debt.Store store, long bytes) {
        if (isToBlame(asking, store)) {
            return false;
        }
        long missing = ledger.excess(store) + bytes - owedByClosing(store);
        if (missing <= 0) {
            return true;
        }
        Link largest = largest(store, ledger.bounds().bytes(store) / CONSIDERABLE);
        if (largest == null || largest == asking) {
            blamed = largest;
            blamedStore = store;
            blamedUntilNs = System.nanoTime() + BLAMED_NS;
            return false;
        }
        close(largest, store);
        return missing <= largest.debtor.bytes(store);
    }

    /** More is kept than may be, and can't be refused any more: closes those who owe most. */
    void settle(Debt.Store store) {
        long excess = ledger.excess(store);
        if (excess <= 0) {
            return;
        }
        excess -= owedByClosing(store);
        while (excess > 0) {
            Link largest = largest(store, 0);
            if (largest == null) {
                return;
            }
            excess -= largest.debtor.bytes(store);
            close(largest, store);
        }
    }

    /** Whether somebody who asked just now was refused, and it would be no better this time. */
    private boolean isToBlame(Link asking, Debt.Store store) {
        return blamedStore == store
                && (blamed == null || blamed == asking)
                && System.nanoTime() - blamedUntilNs < 0;
    }

    private long owedByClosing(Debt.Store store) {
        long owed = 0;
        for (Link link : debtors) {
            if (link.closing) {
                owed += link.debtor.bytes(store);
            }
        }
        return owed;
    }

    /** Who owes most, and more than so much; null if there is nobody. */
    private @Nullable Link largest(Debt.Store store, long least) {
        Link largest = null;
        long most = least;
        for (Link link : debtors) {
            long owed = link.debtor.bytes(store);
            if (!link.closing && owed > most) {
                most = owed;
                largest = link;
            }
        }
        return largest;
    }

    private void close(Link link, Debt.Store store) {
        boolean heap = store == Debt.Store.HEAP;
        log.warn(
                link.label
                        + " - Memory Exceeded: "
                        + link.debtor.bytes(store)
                        + " of "
                        + ledger.bytes(store)
                        + " bytes "
                        + (heap ? "on the heap" : "outside the heap")
                        + " are kept for it, more than for anybody else; "
                        + ledger.bounds().bytes(store)
                        + " may be");
        outbox.abandon(
                link,
                heap
                        ? CloseReason.MAX_SUBSCRIPTIONS_EXCEEDED
                        : CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }
}
