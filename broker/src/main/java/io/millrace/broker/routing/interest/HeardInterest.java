package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReservedQueues;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Teller;
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
 * What other servers have told of interest, be it in this cluster, another one or a leaf node: kept
 * in the same index as that of our own clients, and with the connection that brought it. Routing
 * thread.
 */
final class HeardInterest {
    /** In front of the cluster of a leaf node, behind what else interest is found again by. */
    private static final char ORIGIN = '\t';

    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final InterestMemory memory;
    private final Departures departures;
    private final Changes changes;
    private final UnknownAccounts unknown = new UnknownAccounts();

    /** Whether interest in a subject is taken. */
    private final Predicate<String> isTaken;

    /** Hears of what comes and goes. */
    interface Changes {
        /**
         * There is more interest than there was.
         *
         * @param more members; less than 0 where there are fewer
         */
        void came(RemoteInterest interest, int more);

        /** Interest is gone; it stands in no index any more. */
        void went(RemoteInterest interest);
    }

    HeardInterest(
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            InterestMemory memory,
            Departures departures,
            Changes changes,
            Predicate<String> isTaken) {
        this.matcher = matcher;
        this.outbox = outbox;
        this.counters = counters;
        this.memory = memory;
        this.departures = departures;
        this.changes = changes;
        this.isTaken = isTaken;
    }

    /**
     * Another server has told of interest.
     *
     * @param account what it is about; null if there is none of that name
     */
    void subscribed(Teller teller, @Nullable Account account, Frame frame) {
        byte[] subject = frame.subject();
        byte[] queue = frame.second();
        if (account == null) {
            keep(teller, told(teller, frame), subject);
            return;
        }
        Region bytes = frame.bytes();
        int subjectOffset = frame.subjectOffset();
        if (!Subject.isValid(bytes, subjectOffset, subject.length)) {
            outbox.error(
                    teller.peer(),
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
                    teller.peer(),
                    "Can not export \""
                            + Quoted.text(subject)
                            + "\", ignoring remote subscription request");
            return;
        }
        insert(
                teller,
                interest(
                        teller,
                        account,
                        subject,
                        queue,
                        Math.max(1, frame.weight()),
                        name(frame.origin())),
                bytes,
                subjectOffset);
    }

    /**
     * Interest as it was told.
     *
     * @param origin the cluster of the leaf node whose it is; empty for a client's
     */
    private static RemoteInterest interest(
            Teller teller,
            Account account,
            byte[] subject,
            byte[] queue,
            int weight,
            String origin) {
        if (origin.isEmpty()) {
            return new RemoteInterest(teller.peer(), account, subject, queue, weight);
        }
        return new RemoteInterest(
                teller.peer(),
                account,
                subject,
                queue,
                weight,
                origin.equals(OwnInterest.NO_ORIGIN) ? "" : origin);
    }

    private void keep(Teller teller, UnknownAccounts.Told told, byte[] subject) {
        boolean kept = unknown.put(teller, told);
        outbox.error(
                teller.peer(),
                "Unknown account \""
                        + Quoted.text(told.account().getBytes(StandardCharsets.UTF_8))
                        + "\" for remote subject \""
                        + Quoted.text(subject)
                        + (kept ? "\"" : "\", which is forgotten"));
    }

    private static UnknownAccounts.Told told(Teller teller, Frame frame) {
        String only = teller.onlyAccount();
        return new UnknownAccounts.Told(
                only.isEmpty() ? name(frame.account()) : only,
                text(frame.subject()),
                text(frame.second()),
                Math.max(1, frame.weight()),
                name(frame.origin()));
    }

    /** Whether a server has told of interest of an account over this route that holds. */
    boolean knows(Teller teller, Account account) {
        return !of(teller, account).isEmpty();
    }

    private static Map<String, RemoteInterest> of(Teller teller, Account account) {
        // What comes next to the blank behind its name.
        return teller.interest().subMap(account.name + " ", account.name + "!");
    }

    /** There is a new account: what was told of it before holds. */
    void made(Account account) {
        unknown.take(account.name)
                .forEach((teller, told) -> told.forEach(each -> insert(teller, account, each)));
    }

    private void insert(Teller teller, Account account, UnknownAccounts.Told told) {
        byte[] subject = told.subject().getBytes(StandardCharsets.ISO_8859_1);
        byte[] queue = told.queue().getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock block = NativeBlock.allocate(Math.max(1, subject.length))) {
            Region bytes = block.region();
            bytes.put(0, subject);
            if (Subject.isValid(bytes, 0, subject.length)
                    && !Arrays.equals(queue, ReservedQueues.SECOND_HAND)
                    && isTaken.test(told.subject())) {
                insert(
                        teller,
                        interest(teller, account, subject, queue, told.weight(), told.origin()),
                        bytes,
                        0);
            }
        }
    }

    /**
     * Keeps interest, in place of what was told of the same before.
     *
     * @param bytes where its subject stands, valid
     * @return whether it is new, and not another number of members
     */
    boolean insert(Teller teller, RemoteInterest interest, Region bytes, int subjectOffset) {
        Account account = interest.account;
        String key = key(interest);
        RemoteInterest known = teller.interest().get(key);
        if (known != null && known.weight == interest.weight) {
            return false;
        }
        if (known != null) {
            matcher.remove(account.index, known);
            interest.forwarded = known.forwarded;
            interest.inherit(known);
        } else if (memory.take(teller.peer(), interest)) {
            if (ReservedSubjects.isServices(interest.subject)) {
                account.servicesInterest++;
            } else {
                counters.inserts++;
            }
        } else {
            outbox.error(teller.peer(), "no memory is left for more remote subscriptions");
            return false;
        }
        teller.interest().put(key, interest);
        matcher.add(account.index, bytes, subjectOffset, interest.subject.length, interest);
        changes.came(interest, known == null ? interest.weight : interest.weight - known.weight);
        return known == null;
    }

    /** Another server has told that interest of an account that isn't here is gone. */
    void unsubscribed(Teller teller, Frame frame) {
        unknown.remove(teller, told(teller, frame));
    }

    /** Another server has told that interest of an account is gone. */
    void unsubscribed(Teller teller, Account account, Frame frame) {
        byte[] subject = frame.subject();
        byte[] queue = frame.second();
        String origin = name(frame.origin());
        remove(
                teller,
                key(account, InterestKey.of(subject, queue))
                        + (origin.isEmpty() ? "" : ORIGIN + origin));
    }

    /** Interest is gone. */
    void remove(Teller teller, String key) {
        RemoteInterest gone = teller.interest().remove(key);
        if (gone != null) {
            forget(gone);
        }
    }

    /** Forgets all that came over a route that has ended. */
    void removeAll(Teller teller) {
        unknown.remove(teller);
        List<RemoteInterest> all = List.copyOf(teller.interest().values());
        teller.interest().clear();
        departures.add(teller.peer(), all.iterator(), this::forget);
    }

    /** Forgets what came over a route about an account. */
    void removeAll(Teller teller, Account account) {
        removeAll(of(teller, account).values(), _ -> true);
    }

    /** An account is gone: keeps what came over a route about it, should it come again. */
    void removed(Teller teller, Account account) {
        for (RemoteInterest each : of(teller, account).values()) {
            unknown.put(
                    teller,
                    new UnknownAccounts.Told(
                            account.name,
                            text(each.subject),
                            text(each.queue),
                            each.weight,
                            each.leaf && each.origin.isEmpty()
                                    ? OwnInterest.NO_ORIGIN
                                    : each.origin));
        }
        removeAll(teller, account);
    }

    /** Forgets what isn't taken any more. */
    void removeWhatIsNotTaken(List<Route> routes) {
        for (Route teller : routes) {
            removeAll(teller.interest().values(), each -> !isTaken.test(text(each.subject)));
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
        changes.went(gone);
    }

    private static String key(RemoteInterest interest) {
        String key = key(interest.account, InterestKey.of(interest));
        if (interest.peer.kind == PeerKind.ROUTE && interest.leaf) {
            return key
                    + ORIGIN
                    + (interest.origin.isEmpty() ? OwnInterest.NO_ORIGIN : interest.origin);
        }
        return key;
    }

    /** By what interest is found again. */
    static String key(Account account, String key) {
        return account.name + " " + key + (InterestKey.isQueue(key) ? "" : " ");
    }

    /** Of an account or a cluster; subjects are kept {@linkplain #text byte by byte}. */
    private static String name(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
