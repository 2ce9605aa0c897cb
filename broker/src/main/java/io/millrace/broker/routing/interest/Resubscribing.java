package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Subscriptions;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;

/**
 * Has subscriptions get what their accounts import since a reload, and nothing else any more: some
 * at a time, so that a client with hundreds of thousands of them holds nobody up. Routing thread.
 */
final class Resubscribing {
    /** So many copies are made or looked for at once; some milliseconds' work. */
    private static final int STEP = 1024;

    private final StreamImports copies;
    private final ArrayDeque<Walk> waiting = new ArrayDeque<>();

    Resubscribing(StreamImports copies) {
        this.copies = copies;
    }

    /** Along the subscriptions of one peer. */
    private final class Walk {
        private final Peer peer;
        private final Account account;
        private final List<ImportedStream> gone;
        private final List<ImportedStream> come;

        /** Subscriptions from this number on are still to be looked at. */
        private long next;

        Walk(Peer peer, Account account, List<ImportedStream> gone, List<ImportedStream> come) {
            this.peer = peer;
            this.account = account;
            this.gone = gone;
            this.come = come;
        }

        /** Does some; false when none is left. */
        boolean go() {
            if (peer.closing || peer.account != account) {
                return false;
            }
            // Another reload may have come.
            Set<ImportedStream> imported = Set.of(account.streams);
            List<ImportedStream> wanted = come.stream().filter(imported::contains).toList();
            Subscriptions all = peer.subscriptions;
            int left = STEP;
            int place = all.placeOf(next);
            for (Subscription each = all.at(place); each != null; each = all.at(place)) {
                if (left <= 0) {
                    return true;
                }
                resubscribe(each, wanted);
                left -= 1 + gone.size() + wanted.size();
                next = each.number + 1;
                place = all.placeBehind(place);
            }
            return false;
        }

        private void resubscribe(Subscription each, List<ImportedStream> wanted) {
            for (ImportedStream stream : gone) {
                copies.remove(each, stream);
            }
            for (ImportedStream stream : wanted) {
                // Whoever has subscribed since the reload has it already.
                if (!each.isCopiedBy(stream)) {
                    copies.add(each, stream);
                }
            }
        }
    }

    /** The imports of a peer's account are others: at once where there is little to do. */
    void add(Peer peer, Account account, List<ImportedStream> gone, List<ImportedStream> come) {
        Walk walk = new Walk(peer, account, gone, come);
        if (walk.go()) {
            waiting.add(walk);
        }
    }

    /** Does some; to be called again while {@link #isEmpty} is false. */
    void step() {
        Walk first = waiting.peek();
        if (first != null && !first.go()) {
            waiting.remove();
        }
    }

    /** Whether nothing is left to do. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
