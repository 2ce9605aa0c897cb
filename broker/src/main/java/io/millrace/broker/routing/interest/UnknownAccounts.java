package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

    private final Map<Route, Kept> byRoute = new HashMap<>();

    /**
     * Interest of an account that isn't here.
     *
     * @param queue empty for none
     */
    record Told(String account, String subject, String queue, int weight) {
        private String key() {
            return account + ' ' + subject + ' ' + queue;
        }

        private int bytes() {
            return ENTRY_BYTES
                    + 2 * Interest.arrayBytes(account.length() + subject.length() + queue.length());
        }
    }

    private static final class Kept {
        final SequencedMap<String, Told> told = new LinkedHashMap<>();
        int bytes;
    }

    /** Keeps what was told; false if there is no room for it. */
    boolean put(Route route, Told told) {
        Kept kept = byRoute.computeIfAbsent(route, _ -> new Kept());
        remove(route, told);
        if (kept.bytes + told.bytes() > MAX_BYTES) {
            return false;
        }
        kept.told.put(told.key(), told);
        charge(route, kept, told.bytes());
        return true;
    }

    /** It isn't so any more. */
    void remove(Route route, Told told) {
        Kept kept = byRoute.get(route);
        Told gone = kept == null ? null : kept.told.remove(told.key());
        if (gone != null) {
            charge(route, kept, -gone.bytes());
        }
    }

    /** There is an account now: takes what was told of it, of each route in the order told. */
    Map<Route, List<Told>> take(String account) {
        Map<Route, List<Told>> taken = new HashMap<>();
        byRoute.forEach(
                (route, kept) -> {
                    List<Told> its = new ArrayList<>();
                    kept.told
                            .values()
                            .removeIf(
                                    each -> {
                                        boolean is = each.account.equals(account);
                                        if (is) {
                                            its.add(each);
                                        }
                                        return is;
                                    });
                    its.forEach(each -> charge(route, kept, -each.bytes()));
                    if (!its.isEmpty()) {
                        taken.put(route, its);
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
