package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerInterest;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Subscriptions;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Has subscriptions, and what leaf nodes want, get what their accounts import since a reload, and
 * nothing else any more: some at a time, so that a client with hundreds of thousands of them holds
 * nobody up. Routing thread.
 */
final class Resubscribing {
    /** So many copies are made or looked for at once; some milliseconds' work. */
    private static final int STEP = 1024;

    private final StreamImports copies;
    private final ArrayDeque<Walk> waiting = new ArrayDeque<>();

    Resubscribing(StreamImports copies) {
        this.copies = copies;
    }

    /** What one peer wants, one after the other, whatever comes and goes meanwhile. */
    private interface Wanted {
        /** Something may have come or gone since the last one was asked for. */
        void resume();

        /** The next one; null if there is none any more. */
        @Nullable PeerInterest next();
    }

    /** A client's or a service's subscriptions in an account, in the order they came. */
    private static final class OfPeer implements Wanted {
        private final Subscriptions all;
        private final Account account;

        /** Subscriptions from this number on are still to be looked at. */
        private long number;

        private int place;

        OfPeer(Subscriptions all, Account account) {
            this.all = all;
            this.account = account;
        }

        @Override
        public void resume() {
            place = all.placeOf(number);
        }

        @Override
        public @Nullable PeerInterest next() {
            while (true) {
                Subscription found = all.at(place);
                if (found == null) {
                    return null;
                }
                number = found.number + 1;
                place = all.placeBehind(place);
                if (found.account == account && found.told) {
                    return found;
                }
            }
        }
    }

    /** What a leaf node has told, in the order of subjects. */
    private static final class OfLeaf implements Wanted {
        private final Leaf leaf;
        private String last = "";

        OfLeaf(Leaf leaf) {
            this.leaf = leaf;
        }

        @Override
        public void resume() {}

        @Override
        public @Nullable PeerInterest next() {
            Map.Entry<String, RemoteInterest> found = leaf.interest().higherEntry(last);
            if (found == null) {
                return null;
            }
            last = found.getKey();
            return found.getValue();
        }
    }

    /** Along what one peer wants. */
    private final class Walk {
        private final Peer peer;
        private final Wanted all;
        private final Account account;
        private final List<ImportedStream> gone;
        private final List<ImportedStream> come;

        Walk(
                Peer peer,
                Wanted all,
                Account account,
                List<ImportedStream> gone,
                List<ImportedStream> come) {
            this.peer = peer;
            this.all = all;
            this.account = account;
            this.gone = gone;
            this.come = come;
        }

        /** Does some; false when none is left. */
        boolean go() {
            if (peer.closing || peer.account != null && peer.account != account) {
                return false;
            }
            // Another reload may have come.
            Set<ImportedStream> imported = Set.of(account.streams);
            List<ImportedStream> wanted = come.stream().filter(imported::contains).toList();
            all.resume();
            for (int left = STEP; left > 0; left -= 1 + gone.size() + wanted.size()) {
                PeerInterest each = all.next();
                if (each == null) {
                    return false;
                }
                resubscribe(each, wanted);
            }
            return true;
        }

        private void resubscribe(PeerInterest each, List<ImportedStream> wanted) {
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

    /**
     * The imports of an account, a client's or one in which a service wants something, are others:
     * at once where there is little to do.
     */
    void add(Peer peer, Account account, List<ImportedStream> gone, List<ImportedStream> come) {
        begin(new Walk(peer, new OfPeer(peer.subscriptions, account), account, gone, come));
    }

    /** The same for what the other side of a leaf node's connection wants. */
    void add(Leaf leaf, Account account, List<ImportedStream> gone, List<ImportedStream> come) {
        begin(new Walk(leaf.peer, new OfLeaf(leaf), account, gone, come));
    }

    private void begin(Walk walk) {
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
