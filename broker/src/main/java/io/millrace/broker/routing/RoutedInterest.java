package io.millrace.broker.routing;

import io.millrace.broker.config.RoutePermissions;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Interest that crosses servers: tells the others of ours, and keeps what they tell of theirs.
 * Routing thread.
 *
 * <p>A plain subject is told once, however many subscribe to it; of a queue group, how many members
 * it has here. Only what clients of this server want is told: every server tells all the others
 * itself.
 */
final class RoutedInterest {
    private final ServerLog log;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Outbox outbox;
    private final Accounts accounts;
    private final Counters counters;
    private final InterestMemory memory;

    /** Those that lead to a server that is known. */
    private final List<Route> routes = new ArrayList<>();

    private boolean clustered;
    private @Nullable CrossingRules rules;
    private final Scratch scratch = new Scratch();

    RoutedInterest(
            ServerLog log,
            Tracer tracer,
            Matcher matcher,
            Outbox outbox,
            Accounts accounts,
            Counters counters,
            InterestMemory memory) {
        this.log = log;
        this.tracer = tracer;
        this.matcher = matcher;
        this.outbox = outbox;
        this.accounts = accounts;
        this.counters = counters;
        this.memory = memory;
    }

    /**
     * The server is one of a cluster; called before anybody subscribes.
     *
     * @param permissions what may cross; null for everything
     */
    void joinCluster(@Nullable RoutePermissions permissions) {
        clustered = true;
        rules = permissions == null ? null : new CrossingRules(permissions);
    }

    /** Whether a message may leave for other servers; see {@link CrossingRules#letsGo}. */
    boolean mayLeave(long bytes, long frame) {
        return rules == null
                || rules.letsGo(
                        bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                        Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                        matcher.token());
    }

    /** Number of routes that lead to a server that is known. */
    int routes() {
        return routes.size();
    }

    // --- ours

    /** A client has subscribed. */
    void announced(Account account, Subscription subscription) {
        if (!clustered) {
            return;
        }
        String key = key(subscription);
        int members = account.announced.merge(key, 1, Integer::sum);
        if ((members == 1 || subscription.isQueue()) && isTold(subscription)) {
            tell(account, "RS+ ", subscription.isQueue() ? key + " " + members : key);
        }
    }

    /** A client doesn't subscribe any more. */
    void withdrawn(Account account, Subscription subscription) {
        if (!clustered) {
            return;
        }
        String key = key(subscription);
        Integer members = account.announced.computeIfPresent(key, (_, n) -> n == 1 ? null : n - 1);
        if (!isTold(subscription)) {
            return;
        }
        if (members == null) {
            tell(account, "RS- ", key);
        } else if (subscription.isQueue()) {
            tell(account, "RS+ ", key + " " + members);
        }
    }

    private boolean isTold(Interest interest) {
        return rules == null || rules.tells(text(interest.subject));
    }

    private boolean isTold(String key) {
        int blank = key.indexOf(' ');
        return rules == null || rules.tells(blank < 0 ? key : key.substring(0, blank));
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

    /** Tells a server everything, and from here on what changes. */
    void add(Route route, RouteShare share) {
        routes.add(route);
        boolean told = false;
        for (Account account : accounts.all()) {
            if (share.carries(account)) {
                for (Map.Entry<String, Integer> each : account.announced.entrySet()) {
                    String key = each.getKey();
                    if (!isTold(key)) {
                        continue;
                    }
                    boolean queue = key.indexOf(' ') >= 0;
                    send(route, share, account, "RS+ ", queue ? key + " " + each.getValue() : key);
                    told = true;
                }
            }
        }
        if (told) {
            outbox.debug(route, "Sent local subscriptions to route");
        }
    }

    // --- theirs

    /** Another server has told of interest. */
    void subscribed(Route route, long bytes, long frame) {
        Account account = account(route, bytes, frame);
        byte[] subject = field(bytes, frame, FrameLayout.SUBJECT_OFFSET);
        byte[] queue = field(bytes, frame, FrameLayout.SECOND_OFFSET);
        if (account == null) {
            String name = Quoted.text(field(bytes, frame, FrameLayout.ACCOUNT_OFFSET));
            log.error(
                    route.label
                            + " - Unknown account \""
                            + name
                            + "\" for remote subject \""
                            + Quoted.text(subject)
                            + '"');
            return;
        }
        long address = scratch.ofAtLeast(subject.length);
        Memory.put(address, subject);
        if (!Subject.isValid(address, subject.length)) {
            log.error(
                    route.label
                            + " - Could not insert subscription: sublist: invalid subject \""
                            + Quoted.text(subject)
                            + '"');
            return;
        }
        if (Arrays.equals(queue, ReservedQueues.SECOND_HAND)) {
            return;
        }
        if (rules != null && !rules.takes(text(subject))) {
            outbox.debug(
                    route,
                    "Can not export \""
                            + Quoted.text(subject)
                            + "\", ignoring remote subscription request");
            return;
        }
        int weight = Math.max(1, Memory.getInt(frame + FrameLayout.HEADER_LENGTH));
        String key = key(account, subject, queue);
        RemoteInterest known = route.interest.get(key);
        if (known != null && known.weight == weight) {
            return;
        }
        RemoteInterest interest = new RemoteInterest(route, account, subject, queue, weight);
        if (known != null) {
            matcher.remove(account, known);
            interest.forwarded = known.forwarded;
        } else if (memory.take(interest)) {
            counters.inserts++;
        } else {
            log.error(route.label + " - no memory is left for more remote subscriptions");
            return;
        }
        route.interest.put(key, interest);
        matcher.add(account, address, subject.length, interest);
    }

    /** Another server has told that interest is gone. */
    void unsubscribed(Route route, long bytes, long frame) {
        Account account = account(route, bytes, frame);
        if (account == null) {
            return;
        }
        byte[] subject = field(bytes, frame, FrameLayout.SUBJECT_OFFSET);
        byte[] queue = field(bytes, frame, FrameLayout.SECOND_OFFSET);
        RemoteInterest gone = route.interest.remove(key(account, subject, queue));
        if (gone != null) {
            counters.removes++;
            memory.giveBack(gone);
            matcher.remove(account, gone);
        }
    }

    /** A route has ended, and with it what its server told over it. */
    void remove(Route route) {
        routes.remove(route);
        for (RemoteInterest gone : route.interest.values()) {
            memory.giveBack(gone);
            matcher.remove(gone.account, gone);
        }
        counters.removes += route.interest.size();
        route.interest.clear();
    }

    private static String key(Account account, byte[] subject, byte[] queue) {
        return account.name + " " + text(subject) + " " + text(queue);
    }

    /** The account a frame of a route is about; null if there is none of that name. */
    @Nullable Account account(Route route, long bytes, long frame) {
        RouteShare share = route.share;
        long name = bytes + Memory.getInt(frame + FrameLayout.ACCOUNT_OFFSET);
        int length = Memory.getInt(frame + FrameLayout.ACCOUNT_LENGTH);
        if (share != null && share.isOneAccounts()) {
            if (route.account == null) {
                route.account = accounts.named(share.account());
            }
            return route.account;
        }
        if (route.account == null
                || route.accountName.length != length
                || !Memory.equal(name, route.accountName)) {
            route.accountName = Memory.bytes(name, length);
            route.account = accounts.named(new String(route.accountName, StandardCharsets.UTF_8));
        }
        return route.account;
    }

    private static byte[] field(long bytes, long frame, int offset) {
        return Memory.bytes(
                bytes + Memory.getInt(frame + offset),
                Memory.getInt(frame + offset + Integer.BYTES));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Frees what it allocated. */
    void close() {
        scratch.close();
    }
}
