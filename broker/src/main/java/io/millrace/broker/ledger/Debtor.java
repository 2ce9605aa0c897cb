package io.millrace.broker.ledger;

import java.util.concurrent.atomic.AtomicLongArray;

/** One peer for whom the server keeps something. Any thread. */
public final class Debtor {
    private final Ledger ledger;
    private final AtomicLongArray stored = new AtomicLongArray(Debt.Store.values().length);

    /** Makes one that owes nothing. */
    public Debtor(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Where its debts are entered. */
    public Ledger ledger() {
        return ledger;
    }

    /** Something is kept for it. */
    public void charge(Debt kind, long bytes) {
        ledger.add(kind, bytes);
        stored.getAndAdd(kind.store().ordinal(), bytes);
    }

    /** Something isn't kept for it any more. */
    public void credit(Debt kind, long bytes) {
        charge(kind, -bytes);
    }

    /**
     * It has, or gives back, a part of what is charged elsewhere as a whole: chunks of a pool,
     * branches of an index.
     *
     * @param bytes negative if it gives back
     */
    public void holds(Debt.Store store, long bytes) {
        stored.getAndAdd(store.ordinal(), bytes);
    }

    /** What it owes there. */
    public long bytes(Debt.Store store) {
        return stored.get(store.ordinal());
    }
}
