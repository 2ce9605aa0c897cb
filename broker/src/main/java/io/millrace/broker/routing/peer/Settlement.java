package io.millrace.broker.routing.peer;

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
public final class Settlement {
    /** Who owes less than this part of what may be kept isn't closed for another's sake. */
    private static final int CONSIDERABLE = 16;

    /** For so long nobody is looked for anew: one who is refused may ask again at once. */
    private static final long BLAMED_NS = 1_000_000;

    private final Ledger ledger;
    private final ServerLog log;
    private final Outbox outbox;

    /** All peers that something is kept for, those that are closing included. */
    private final Iterable<Peer> debtors;

    /** Who had to be refused last; null if nobody owed a considerable part. */
    private @Nullable Peer blamed;

    private Debt.@Nullable Store blamedStore;
    private long blamedUntilNs;

    public Settlement(Ledger ledger, ServerLog log, Outbox outbox, Iterable<Peer> debtors) {
        this.ledger = ledger;
        this.log = log;
        this.outbox = outbox;
        this.debtors = debtors;
    }

    /** Whether there is room for one more connection, or who owes most makes some. */
    public boolean admits(Peer newcomer) {
        return admits(newcomer, Debt.Store.HEAP, newcomer.openedBytes())
                && admits(newcomer, Debt.Store.NATIVE, Peer.TLS_BYTES);
    }

    private boolean admits(Peer newcomer, Debt.Store store, int bytes) {
        return ledger.hasRoom(store, bytes) || makesRoom(newcomer, store, bytes);
    }

    /**
     * Somebody asks for more than there is room for: closes the one who owes most, unless it is who
     * asks. What that one owes counts as given back though it takes a while.
     *
     * @return whether there is room now
     */
    public boolean makesRoom(Peer asking, Debt.Store store, long bytes) {
        if (isToBlame(asking, store)) {
            return false;
        }
        long missing = ledger.excess(store) + bytes - owedByClosing(store);
        if (missing <= 0) {
            return true;
        }
        Peer largest = largest(store, ledger.bounds().bytes(store) / CONSIDERABLE);
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
    public void settle(Debt.Store store) {
        long excess = ledger.excess(store);
        if (excess <= 0) {
            return;
        }
        excess -= owedByClosing(store);
        while (excess > 0) {
            Peer largest = largest(store, 0);
            if (largest == null) {
                return;
            }
            excess -= largest.debtor.bytes(store);
            close(largest, store);
        }
    }

    /** Whether somebody who asked just now was refused, and it would be no better this time. */
    private boolean isToBlame(Peer asking, Debt.Store store) {
        return blamedStore == store
                && (blamed == null || blamed == asking)
                && System.nanoTime() - blamedUntilNs < 0;
    }

    private long owedByClosing(Debt.Store store) {
        long owed = 0;
        for (Peer peer : debtors) {
            if (peer.closing) {
                owed += peer.debtor.bytes(store);
            }
        }
        return owed;
    }

    /** Who owes most, and more than so much; null if there is nobody. */
    private @Nullable Peer largest(Debt.Store store, long least) {
        Peer largest = null;
        long most = least;
        for (Peer peer : debtors) {
            long owed = peer.debtor.bytes(store);
            if (!peer.closing && owed > most) {
                most = owed;
                largest = peer;
            }
        }
        return largest;
    }

    private void close(Peer peer, Debt.Store store) {
        boolean heap = store == Debt.Store.HEAP;
        log.warn(
                peer.label
                        + " - Memory Exceeded: "
                        + peer.debtor.bytes(store)
                        + " of "
                        + ledger.bytes(store)
                        + " bytes "
                        + (heap ? "on the heap" : "outside the heap")
                        + " are kept for it, more than for anybody else; "
                        + ledger.bounds().bytes(store)
                        + " may be");
        outbox.abandon(
                peer,
                heap
                        ? CloseReason.MAX_SUBSCRIPTIONS_EXCEEDED
                        : CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }
}
