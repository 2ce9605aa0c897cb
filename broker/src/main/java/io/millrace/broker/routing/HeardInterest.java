package io.millrace.broker.routing;

import io.millrace.broker.log.Quoted;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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

    /** Whether interest in a subject is taken. */
    private final Predicate<String> isTaken;

    private final Scratch scratch = new Scratch();

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
    void subscribed(Route route, @Nullable Account account, long bytes, long frame) {
        byte[] subject = field(bytes, frame, FrameLayout.SUBJECT_OFFSET);
        byte[] queue = field(bytes, frame, FrameLayout.SECOND_OFFSET);
        if (account == null) {
            String name = Quoted.text(field(bytes, frame, FrameLayout.ACCOUNT_OFFSET));
            outbox.error(
                    route,
                    "Unknown account \""
                            + name
                            + "\" for remote subject \""
                            + Quoted.text(subject)
                            + '"');
            return;
        }
        long address = scratch.ofAtLeast(subject.length);
        Memory.put(address, subject);
        if (!Subject.isValid(address, subject.length)) {
            outbox.error(
                    route,
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
        } else if (memory.take(route, interest)) {
            counters.inserts++;
        } else {
            outbox.error(route, "no memory is left for more remote subscriptions");
            return;
        }
        route.interest.put(key, interest);
        matcher.add(account, address, subject.length, interest);
    }

    /** Another server has told that interest of an account is gone. */
    void unsubscribed(Route route, Account account, long bytes, long frame) {
        byte[] subject = field(bytes, frame, FrameLayout.SUBJECT_OFFSET);
        byte[] queue = field(bytes, frame, FrameLayout.SECOND_OFFSET);
        RemoteInterest gone = route.interest.remove(key(account, subject, queue));
        if (gone != null) {
            forget(gone);
        }
    }

    /** Forgets all that came over a route that has ended. */
    void removeAll(Route route) {
        List<RemoteInterest> all = List.copyOf(route.interest.values());
        route.interest.clear();
        departures.add(route, all.iterator(), this::forget);
    }

    /** Forgets what came over a route about an account. */
    void removeAll(Route route, Account account) {
        // What comes next to the blank behind its name.
        removeAll(
                route.interest.subMap(account.name + " ", account.name + "!").values(), _ -> true);
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
        counters.removes++;
        memory.giveBack(gone.route, gone);
        matcher.remove(gone.account, gone);
    }

    private static String key(Account account, byte[] subject, byte[] queue) {
        return account.name + " " + text(subject) + " " + text(queue);
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
