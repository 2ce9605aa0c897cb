package io.millrace.broker.routing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the clients of this server want, told to the other servers of the cluster. Routing thread.
 *
 * <p>A plain subject is told once, however many subscribe to it; of a queue group, how many members
 * it has here. Only what clients of this server want is told: every server tells all the others
 * itself.
 */
final class OwnInterest {
    private final Tracer tracer;
    private final Outbox outbox;
    private final Accounts accounts;

    /** Those that lead to a server that is known; the owner's. */
    private final List<Route> routes;

    OwnInterest(Tracer tracer, Outbox outbox, Accounts accounts, List<Route> routes) {
        this.tracer = tracer;
        this.outbox = outbox;
        this.accounts = accounts;
        this.routes = routes;
    }

    /**
     * A client has subscribed.
     *
     * @param isTold whether others may know of a subject
     */
    void announced(Account account, Subscription subscription, Predicate<String> isTold) {
        String key = key(subscription);
        int members = account.announced.merge(key, 1, Integer::sum);
        if ((members == 1 || subscription.isQueue()) && isTold.test(subject(key))) {
            tell(account, "RS+ ", subscription.isQueue() ? key + " " + members : key);
        }
    }

    /**
     * A client doesn't subscribe any more.
     *
     * @param isTold whether others may know of a subject
     */
    void withdrawn(Account account, Subscription subscription, Predicate<String> isTold) {
        String key = key(subscription);
        Integer members = account.announced.computeIfPresent(key, (_, n) -> n == 1 ? null : n - 1);
        if (!isTold.test(subject(key))) {
            return;
        }
        if (members == null) {
            tellEnd(account, key);
        } else if (subscription.isQueue()) {
            tell(account, "RS+ ", key + " " + members);
        }
    }

    /**
     * Tells a server all that it may know and this route carries.
     *
     * @param isTold whether others may know of a subject
     */
    void tellAll(Route route, RouteShare share, Predicate<String> isTold) {
        boolean told = false;
        for (Account account : accounts.all()) {
            if (share.carries(account)) {
                told |= tell(account, route, share, isTold);
            }
        }
        if (told) {
            outbox.debug(route, "Sent local subscriptions to route");
        }
    }

    /** Tells a server all of an account that it may know. */
    boolean tell(Account account, Route route, RouteShare share, Predicate<String> isTold) {
        boolean told = false;
        for (Map.Entry<String, Integer> each : account.announced.entrySet()) {
            String key = each.getKey();
            if (isTold.test(subject(key))) {
                boolean queue = key.indexOf(' ') >= 0;
                send(route, share, account, "RS+ ", queue ? key + " " + each.getValue() : key);
                told = true;
            }
        }
        return told;
    }

    /** Others may know of other subjects than before: tells them what is new, and what is over. */
    void tellChanges(Predicate<String> wasTold, Predicate<String> isTold) {
        for (Account account : accounts.all()) {
            account.announced.forEach(
                    (key, members) -> {
                        boolean before = wasTold.test(subject(key));
                        boolean now = isTold.test(subject(key));
                        if (now && !before) {
                            boolean queue = key.indexOf(' ') >= 0;
                            tell(account, "RS+ ", queue ? key + " " + members : key);
                        } else if (before && !now) {
                            tellEnd(account, key);
                        }
                    });
        }
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
            tracer.out(route, line);
        }
        outbox.send(route, (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
