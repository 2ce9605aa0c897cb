package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReservedQueues;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.Frame;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the other servers of the cluster have told of their clients' interest: kept in the same
 * index as that of our own clients, and with the route that brought it. Routing thread.
 */
final class HeardInterest {
    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final InterestMemory memory;
    private final Departures departures;
    private final UnknownAccounts unknown = new UnknownAccounts();

    /** Whether interest in a subject is taken. */
    private final Predicate<String> isTaken;

    HeardInterest(
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            InterestMemory memory,
            Departures departures,
            Predicate<String> isTaken) {
        this.matcher = matcher;
        this.outbox = outbox;
        this.counters = counters;
        this.memory = memory;
        this.departures = departures;
        this.isTaken = isTaken;
    }

    /**
     * Another server has told of interest.
     *
     * @param account what it is about; null if there is none of that name
     */
    void subscribed(Route route, @Nullable Account account, Frame frame) {
        byte[] subject = frame.subject();
        byte[] queue = frame.second();
        if (account == null) {
            keep(route, told(route, frame), subject);
            return;
        }
        Region bytes = frame.bytes();
        int subjectOffset = frame.subjectOffset();
        if (!Subject.isValid(bytes, subjectOffset, subject.length)) {
            outbox.error(
                    route.peer,
                    "Could not insert subscription: sublist: invalid subject \""
                            + Quoted.text(subject)
                            + '"');
            return;
        }
        if (Arrays.equals(queue, ReservedQueues.SECOND_HAND)) {
            return;
        }
        if (!isTaken.test(text(subject))) {
            outbox.debug(
                    route.peer,
                    "Can not export \""
                            + Quoted.text(subject)
                            + "\", ignoring remote subscription request");
            return;
        }
        insert(route, account, bytes, subjectOffset, subject, queue, Math.max(1, frame.weight()));
    }

    private void keep(Route route, UnknownAccounts.Told told, byte[] subject) {
        boolean kept = unknown.put(route, told);
        outbox.error(
                route.peer,
                "Unknown account \""
                        + Quoted.text(told.account().getBytes(StandardCharsets.UTF_8))
                        + "\" for remote subject \""
                        + Quoted.text(subject)
                        + (kept ? "\"" : "\", which is forgotten"));
    }

    private static UnknownAccounts.Told told(Route route, Frame frame) {
        RouteShare share = route.share;
        boolean unnamed = share != null && share.isOneAccounts();
        return new UnknownAccounts.Told(
                unnamed ? share.account() : new String(frame.account(), StandardCharsets.UTF_8),
                text(frame.subject()),
                text(frame.second()),
                Math.max(1, frame.weight()));
    }

    /** Whether a server has told of interest of an account over this route that holds. */
    boolean knows(Route route, Account account) {
        return !of(route, account).isEmpty();
    }

    private static Map<String, RemoteInterest> of(Route route, Account account) {
        // What comes next to the blank behind its name.
        return route.interest.subMap(account.name + " ", account.name + "!");
    }

    /** There is a new account: what was told of it before holds. */
    void made(Account account) {
        unknown.take(account.name)
                .forEach((route, told) -> told.forEach(each -> insert(route, account, each)));
    }

    private void insert(Route route, Account account, UnknownAccounts.Told told) {
        byte[] subject = told.subject().getBytes(StandardCharsets.ISO_8859_1);
        byte[] queue = told.queue().getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock block = NativeBlock.allocate(Math.max(1, subject.length))) {
            Region bytes = block.region();
            bytes.put(0, subject);
            if (Subject.isValid(bytes, 0, subject.length)
                    && !Arrays.equals(queue, ReservedQueues.SECOND_HAND)
                    && isTaken.test(told.subject())) {
                insert(route, account, bytes, 0, subject, queue, told.weight());
            }
        }
    }

    private void insert(
            Route route,
            Account account,
            Region bytes,
            int subjectOffset,
            byte[] subject,
            byte[] queue,
            int weight) {
        String key = key(account, subject, queue);
        RemoteInterest known = route.interest.get(key);
        if (known != null && known.weight == weight) {
            return;
        }
        RemoteInterest interest = new RemoteInterest(route.peer, account, subject, queue, weight);
        if (known != null) {
            matcher.remove(account.index, known);
            interest.forwarded = known.forwarded;
        } else if (memory.take(route.peer, interest)) {
            if (ReservedSubjects.isServices(subject)) {
                account.servicesInterest++;
            } else {
                counters.inserts++;
            }
        } else {
            outbox.error(route.peer, "no memory is left for more remote subscriptions");
            return;
        }
        route.interest.put(key, interest);
        matcher.add(account.index, bytes, subjectOffset, subject.length, interest);
    }

    /** Another server has told that interest of an account that isn't here is gone. */
    void unsubscribed(Route route, Frame frame) {
        unknown.remove(route, told(route, frame));
    }

    /** Another server has told that interest of an account is gone. */
    void unsubscribed(Route route, Account account, Frame frame) {
        byte[] subject = frame.subject();
        byte[] queue = frame.second();
        RemoteInterest gone = route.interest.remove(key(account, subject, queue));
        if (gone != null) {
            forget(gone);
        }
    }

    /** Forgets all that came over a route that has ended. */
    void removeAll(Route route) {
        unknown.remove(route);
        List<RemoteInterest> all = List.copyOf(route.interest.values());
        route.interest.clear();
        departures.add(route.peer, all.iterator(), this::forget);
    }

    /** Forgets what came over a route about an account. */
    void removeAll(Route route, Account account) {
        removeAll(of(route, account).values(), _ -> true);
    }

    /** An account is gone: keeps what came over a route about it, should it come again. */
    void removed(Route route, Account account) {
        for (RemoteInterest each : of(route, account).values()) {
            unknown.put(
                    route,
                    new UnknownAccounts.Told(
                            account.name, text(each.subject), text(each.queue), each.weight));
        }
        removeAll(route, account);
    }

    /** Forgets what isn't taken any more. */
    void removeWhatIsNotTaken(List<Route> routes) {
        for (Route route : routes) {
            removeAll(route.interest.values(), each -> !isTaken.test(text(each.subject)));
        }
    }

    private void removeAll(Collection<RemoteInterest> interest, Predicate<RemoteInterest> which) {
        interest.removeIf(
                each -> {
                    boolean goes = which.test(each);
                    if (goes) {
                        forget(each);
                    }
                    return goes;
                });
    }

    private void forget(RemoteInterest gone) {
        if (ReservedSubjects.isServices(gone.subject)) {
            gone.account.servicesInterest--;
        } else {
            counters.removes++;
        }
        memory.giveBack(gone.peer, gone);
        matcher.remove(gone.account.index, gone);
    }

    private static String key(Account account, byte[] subject, byte[] queue) {
        return account.name + " " + text(subject) + " " + text(queue);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
