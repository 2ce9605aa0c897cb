package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Teller;

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

    private final Map<Teller, Kept> byRoute = new HashMap<>();

    /**
     * Interest of an account that isn't here.
     *
     * @param queue empty for none
     * @param origin the cluster of the leaf node whose it is; empty for a client's
     */
    record Told(String account, String subject, String queue, int weight, String origin) {
        private String key() {
            return subject + ' ' + queue + ' ' + origin;
        }

        private int bytes() {
            return ENTRY_BYTES
                    + 2
                            * Interest.arrayBytes(
                                    account.length()
                                            + subject.length()
                                            + queue.length()
                                            + origin.length());
        }
    }

    /** What came over one route: by account, as accounts may come by the ten thousand. */
    private static final class Kept {
        final Map<String, SequencedMap<String, Told>> byAccount = new HashMap<>();
        int bytes;
    }

    /** Keeps what was told; false if there is no room for it. */
    boolean put(Teller teller, Told told) {
        Kept kept = byRoute.computeIfAbsent(teller, _ -> new Kept());
        remove(teller, told);
        SequencedMap<String, Told> its = kept.byAccount.get(told.account);
        int more = told.bytes() + (its == null ? ACCOUNT_BYTES : 0);
        if (kept.bytes + more > MAX_BYTES) {
            return false;
        }
        kept.byAccount
                .computeIfAbsent(told.account, _ -> new LinkedHashMap<>())
                .put(told.key(), told);
        charge(teller, kept, more);
        return true;
    }

    /** It isn't so any more. */
    void remove(Teller teller, Told told) {
        Kept kept = byRoute.get(teller);
        Map<String, Told> its = kept == null ? null : kept.byAccount.get(told.account);
        Told gone = its == null ? null : its.remove(told.key());
        if (gone == null) {
            return;
        }
        charge(teller, kept, -gone.bytes());
        if (its.isEmpty()) {
            kept.byAccount.remove(told.account);
            charge(teller, kept, -ACCOUNT_BYTES);
        }
    }

    /** There is an account now: takes what was told of it, of each of them in the order told. */
    Map<Teller, Collection<Told>> take(String account) {
        Map<Teller, Collection<Told>> taken = new HashMap<>();
        byRoute.forEach(
                (teller, kept) -> {
                    Map<String, Told> its = kept.byAccount.remove(account);
                    if (its != null) {
                        its.values().forEach(each -> charge(teller, kept, -each.bytes()));
                        charge(teller, kept, -ACCOUNT_BYTES);
                        taken.put(teller, its.values());
                    }
                });
        return taken;
    }

    /** A route has ended. */
    void remove(Teller teller) {
        Kept kept = byRoute.remove(teller);
        if (kept != null) {
            charge(teller, kept, -kept.bytes);
        }
    }

    private static void charge(Teller teller, Kept kept, int bytes) {
        kept.bytes += bytes;
        teller.peer().debtor.charge(Debt.INTEREST, bytes);
    }
}
