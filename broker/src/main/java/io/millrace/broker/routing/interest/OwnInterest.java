package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Tracer;

import java.util.List;
import java.util.function.Predicate;

/**
 * What the clients and leaf nodes of this server want, told to the other servers of the cluster.
 * Routing thread.
 *
 * <p>A plain subject is told once, however many subscribe to it; of a queue group, how many members
 * it has here. Only what clients and leaf nodes of this server want is told: every server tells all
 * the others itself. What leaf nodes want is told for each of their clusters by itself, lest others
 * send messages back to where they have come from.
 */
final class OwnInterest {
    /** A key's string, its entry and its place in the map. */
    private static final int KEY_BYTES = 56;

    /** Around the cluster of a leaf node, in front of the subject; in no subject. */
    private static final char MARK = '\t';

    /**
     * What stands for the cluster of leaf nodes of which that isn't known, as the reference has it.
     */
    static final String NO_ORIGIN = "_";

    private final Ledger ledger;
    private final Tracer tracer;
    private final Outbox outbox;
    private final Accounts accounts;

    /** Those that lead to a server that is known; the owner's. */
    private final List<Route> routes;

    /** Whether others may know of a subject. */
    private final Predicate<String> isTold;

    OwnInterest(
            Ledger ledger,
            Tracer tracer,
            Outbox outbox,
            Accounts accounts,
            List<Route> routes,
            Predicate<String> isTold) {
        this.ledger = ledger;
        this.tracer = tracer;
        this.outbox = outbox;
        this.accounts = accounts;
        this.routes = routes;
        this.isTold = isTold;
    }

    /** Somebody has subscribed. */
    void announced(Account account, Interest interest) {
        changed(account, InterestKey.of(interest), interest.weight);
    }

    /** Somebody doesn't subscribe any more. */
    void withdrawn(Account account, Interest interest) {
        changed(account, InterestKey.of(interest), -interest.weight);
    }

    /** A leaf node wants something more, or less. */
    void changed(RemoteInterest leafs, int more) {
        String origin = leafs.origin.isEmpty() ? NO_ORIGIN : leafs.origin;
        changed(leafs.account, MARK + origin + MARK + InterestKey.of(leafs), more);
    }

    private void changed(Account account, String key, int more) {
        Long known = account.announced.get(key);
        if (known == null && more < 0) {
            // The account was removed, and all that was told of it taken back.
            return;
        }
        long members = (known == null ? 0 : known) + more;
        if (members > 0) {
            account.announced.put(key, members);
        } else {
            account.announced.remove(key);
        }
        if (known == null) {
            ledger.add(Debt.INDEX, bytes(key));
        } else if (members <= 0) {
            ledger.add(Debt.INDEX, -bytes(key));
        }
        if (!isTold.test(subject(key))) {
            return;
        }
        if (members <= 0) {
            tellEnd(account, key);
        } else if (known == null || InterestKey.isQueue(key)) {
            tell(account, key, members);
        }
    }

    /** An account was removed: takes back all that was told of it. */
    void withdrawAll(Account account) {
        account.announced.forEach(
                (key, _) -> {
                    ledger.add(Debt.INDEX, -bytes(key));
                    if (isTold.test(subject(key))) {
                        tellEnd(account, key);
                    }
                });
        account.announced.clear();
    }

    /** Tells a server all that it may know and this route carries. */
    void tellAll(Route route, RouteShare share) {
        boolean told = false;
        for (Account account : accounts.all()) {
            if (share.carries(account)) {
                told |= tell(account, route, share);
            }
        }
        if (told) {
            outbox.debug(route.peer, "Sent local subscriptions to route");
        }
    }

    /** Tells a server all of an account that it may know. */
    boolean tell(Account account, Route route, RouteShare share) {
        boolean[] told = new boolean[1];
        account.announced.forEach(
                (key, members) -> {
                    if (isTold.test(subject(key))) {
                        send(route, share, account, key, members);
                        told[0] = true;
                    }
                });
        return told[0];
    }

    /**
     * Tells a server again where its answers arrive: one that tells of an account for the first
     * time may have ignored that before, since it didn't know the account.
     */
    void tellGate(Account account, Route route) {
        RouteShare share = route.share;
        if (share != null && share.carries(account) && account.gate != null) {
            String key = InterestKey.of(account.gate);
            if (isTold.test(key)) {
                send(route, share, account, key, 1);
            }
        }
    }

    /** Others may know of other subjects than before: tells them what is new, and what is over. */
    void tellChanges(Predicate<String> wasTold) {
        for (Account account : accounts.all()) {
            account.announced.forEach(
                    (key, members) -> {
                        boolean before = wasTold.test(subject(key));
                        boolean now = isTold.test(subject(key));
                        if (now && !before) {
                            tell(account, key, members);
                        } else if (before && !now) {
                            tellEnd(account, key);
                        }
                    });
        }
    }

    /** What a key takes up on the heap. */
    private static int bytes(String key) {
        return KEY_BYTES + Interest.arrayBytes(key.length());
    }

    private static String subject(String key) {
        return InterestKey.subject(key.substring(behindOrigin(key)));
    }

    /** Where the subject begins in a key. */
    private static int behindOrigin(String key) {
        return key.charAt(0) == MARK ? key.indexOf(MARK, 1) + 1 : 0;
    }

    private void tellEnd(Account account, String key) {
        tell(account, key, 0);
        for (Route route : routes) {
            RouteShare share = route.share;
            if (share != null && route.formerAccounts.contains(account)) {
                send(route, share, account, key, 0);
            }
        }
    }

    private void tell(Account account, String key, long members) {
        for (Route route : routes) {
            RouteShare share = route.share;
            if (share != null && share.carries(account)) {
                send(route, share, account, key, members);
            }
        }
    }

    private void send(Route route, RouteShare share, Account account, String key, long members) {
        int subject = behindOrigin(key);
        boolean leafs = subject > 0 && route.origins;
        String what = key.substring(subject);
        String line =
                (leafs ? "LS" : "RS")
                        + (members > 0 ? "+ " : "- ")
                        + (leafs ? InterestKey.name(key.substring(1, subject - 1)) + " " : "")
                        + (share.isOneAccounts() ? "" : InterestKey.name(account.name) + " ")
                        + (members > 0 ? InterestKey.weighted(what, members) : what);
        if (tracer.isOn()) {
            tracer.out(route.peer, line);
        }
        outbox.send(route.peer, InterestKey.bytes(line + "\r\n"));
    }
}
