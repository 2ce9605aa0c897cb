package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Route;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What other servers have told of accounts that aren't here yet: a cluster's members are
 * reconfigured one after the other, and nothing is told twice. Kept with the route that brought it,
 * charged to that one, and bounded; routing thread.
 */
final class UnknownAccounts {
    /** What a route may have kept, in bytes. */
    private static final int MAX_BYTES = 1024 * 1024;

    private static final int ENTRY_BYTES = 160;

    /** Of an account that something is kept of. */
    private static final int ACCOUNT_BYTES = 256;

    private final Map<Route, Kept> byRoute = new HashMap<>();

    /**
     * Interest of an account that isn't here.
     *
     * @param queue empty for none
     */
    record Told(String account, String subject, String queue, int weight) {
        private String key() {
            return subject + ' ' + queue;
        }

        private int bytes() {
            return ENTRY_BYTES
                    + 2 * Interest.arrayBytes(account.length() + subject.length() + queue.length());
        }
    }

    /** What came over one route: by account, as accounts may come by the ten thousand. */
    private static final class Kept {
        final Map<String, SequencedMap<String, Told>> byAccount = new HashMap<>();
        int bytes;
    }

    /** Keeps what was told; false if there is no room for it. */
    boolean put(Route route, Told told) {
        Kept kept = byRoute.computeIfAbsent(route, _ -> new Kept());
        remove(route, told);
        SequencedMap<String, Told> its = kept.byAccount.get(told.account);
        int more = told.bytes() + (its == null ? ACCOUNT_BYTES : 0);
        if (kept.bytes + more > MAX_BYTES) {
            return false;
        }
        kept.byAccount
                .computeIfAbsent(told.account, _ -> new LinkedHashMap<>())
                .put(told.key(), told);
        charge(route, kept, more);
        return true;
    }

    /** It isn't so any more. */
    void remove(Route route, Told told) {
        Kept kept = byRoute.get(route);
        Map<String, Told> its = kept == null ? null : kept.byAccount.get(told.account);
        Told gone = its == null ? null : its.remove(told.key());
        if (gone == null) {
            return;
        }
        charge(route, kept, -gone.bytes());
        if (its.isEmpty()) {
            kept.byAccount.remove(told.account);
            charge(route, kept, -ACCOUNT_BYTES);
        }
    }

    /** There is an account now: takes what was told of it, of each route in the order told. */
    Map<Route, Collection<Told>> take(String account) {
        Map<Route, Collection<Told>> taken = new HashMap<>();
        byRoute.forEach(
                (route, kept) -> {
                    Map<String, Told> its = kept.byAccount.remove(account);
                    if (its != null) {
                        its.values().forEach(each -> charge(route, kept, -each.bytes()));
                        charge(route, kept, -ACCOUNT_BYTES);
                        taken.put(route, its.values());
                    }
                });
        return taken;
    }

    /** A route has ended. */
    void remove(Route route) {
        Kept kept = byRoute.remove(route);
        if (kept != null) {
            charge(route, kept, -kept.bytes);
        }
    }

    private static void charge(Route route, Kept kept, int bytes) {
        kept.bytes += bytes;
        route.peer.debtor.charge(Debt.INTEREST, bytes);
    }
}
