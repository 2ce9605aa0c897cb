package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Tracer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the clients of this server want, told to the other servers of the cluster. Routing thread.
 *
 * <p>A plain subject is told once, however many subscribe to it; of a queue group, how many members
 * it has here. Only what clients of this server want is told: every server tells all the others
 * itself.
 */
final class OwnInterest {
    /** A key's string, its entry and its place in the map. */
    private static final int KEY_BYTES = 56;

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
        String key = key(interest);
        Integer known = account.announced.get(key);
        int members = known == null ? 1 : known + 1;
        account.announced.put(key, members);
        if (members == 1) {
            ledger.add(Debt.INDEX, bytes(key));
        }
        if ((members == 1 || interest.isQueue()) && isTold.test(subject(key))) {
            tell(account, "RS+ ", weighted(key, members));
        }
    }

    /** Somebody doesn't subscribe any more. */
    void withdrawn(Account account, Interest interest) {
        String key = key(interest);
        Integer known = account.announced.get(key);
        if (known == null) {
            // The account was removed, and all that was told of it taken back.
            return;
        }
        int members = known - 1;
        if (members > 0) {
            account.announced.put(key, members);
        } else {
            account.announced.remove(key);
            ledger.add(Debt.INDEX, -bytes(key));
        }
        if (!isTold.test(subject(key))) {
            return;
        }
        if (members == 0) {
            tellEnd(account, key);
        } else if (interest.isQueue()) {
            tell(account, "RS+ ", weighted(key, members));
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
                        send(route, share, account, "RS+ ", weighted(key, members));
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
            String key = key(account.gate);
            if (isTold.test(key)) {
                send(route, share, account, "RS+ ", key);
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
                            tell(account, "RS+ ", weighted(key, members));
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

    private void tellEnd(Account account, String key) {
        tell(account, "RS- ", key);
        for (Route route : routes) {
            RouteShare share = route.share;
            if (share != null && route.formerAccounts.contains(account)) {
                send(route, share, account, "RS- ", key);
            }
        }
    }

    /** What is told of a key: of a queue group, how many members it has. */
    private static String weighted(String key, int members) {
        return key.indexOf(' ') < 0 ? key : key + " " + members;
    }

    private static String subject(String key) {
        int blank = key.indexOf(' ');
        return blank < 0 ? key : key.substring(0, blank);
    }

    private static String key(Interest interest) {
        String subject = text(interest.subject);
        return interest.isQueue() ? subject + " " + text(interest.queue) : subject;
    }

    private void tell(Account account, String verb, String what) {
        for (Route route : routes) {
            RouteShare share = route.share;
            if (share != null && share.carries(account)) {
                send(route, share, account, verb, what);
            }
        }
    }

    private void send(Route route, RouteShare share, Account account, String verb, String what) {
        String line = verb + (share.isOneAccounts() ? "" : account.name + " ") + what;
        if (tracer.isOn()) {
            tracer.out(route.peer, line);
        }
        outbox.send(route.peer, (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
