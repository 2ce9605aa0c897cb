package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Settlement;

/**
 * What interest takes up on the heap, charged to the one whose interest it is; where the server has
 * no room for more, {@link Settlement} says who pays. Routing thread.
 */
public final class InterestMemory {
    private final Ledger ledger;
    private final Settlement settlement;

    public InterestMemory(Ledger ledger, Settlement settlement) {
        this.ledger = ledger;
        this.settlement = settlement;
    }

    /** Makes room; false if there is none. */
    boolean take(Peer peer, Interest interest) {
        int own = interest.ownBytes();
        int branch = interest.branchBytes();
        long wanted = own + branch + ledger.roomToPass(Debt.Store.HEAP);
        if (!ledger.hasRoom(Debt.Store.HEAP, wanted)
                && !settlement.makesRoom(peer, Debt.Store.HEAP, wanted)) {
            return false;
        }
        peer.debtor.charge(Debt.INTEREST, own);
        peer.debtor.holds(Debt.Store.HEAP, branch);
        return true;
    }

    void giveBack(Peer peer, Interest interest) {
        peer.debtor.credit(Debt.INTEREST, interest.ownBytes());
        peer.debtor.holds(Debt.Store.HEAP, -interest.branchBytes());
    }
}
