package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.SubjectMapping;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What those beyond the cluster are told of interest: leaf nodes and their hubs, each of its own
 * account, and other clusters. Routing thread.
 *
 * <pre>
 *   interest of \ told to     leaf node             hub          other cluster
 *   clients here, answers      yes                   yes          yes
 *   imports, mappings          yes                   yes          no
 *   other servers' clients     yes                   no, they     yes
 *                                                    tell it
 *   leaf nodes here            others', unless       yes          yes
 *                              it is isolated
 *   their leaf nodes           the same              no           yes
 *   hubs                       the same              no           no
 *   other clusters             yes                   no           no, they tell them
 * </pre>
 *
 * <p>Nobody is told of what his own cluster wants. Marks of loops go everywhere but back.
 */
public final class Beyond {
    /** What a mark of loops begins with: a subject that whoever made it must never hear again. */
    static final String LOOP_MARK = "$LDS.";

    /** What answers begin with that find their way through other clusters. */
    static final String GATEWAY_REPLIES = "_GR_.";

    private static final int ALL = (1 << InterestSource.values().length) - 1;
    private static final int TO_HUBS =
            InterestSource.HERE.bit() | InterestSource.SHOWN.bit() | InterestSource.SPOKE.bit();
    private static final int LEAVES =
            InterestSource.SPOKE.bit()
                    | InterestSource.HUB.bit()
                    | InterestSource.ROUTED_LEAF.bit();
    private static final int TO_CLUSTERS =
            InterestSource.HERE.bit()
                    | InterestSource.ROUTE.bit()
                    | InterestSource.SPOKE.bit()
                    | InterestSource.ROUTED_LEAF.bit();

    /** Whose requests leave this server for other clusters, and have their answers here. */
    private static final int ASKING =
            InterestSource.HERE.bit() | InterestSource.SPOKE.bit() | InterestSource.HUB.bit();

    private static final byte[] NO_QUEUE = {};

    private final Ledger ledger;
    private final Tracer tracer;
    private final Outbox outbox;
    private final Accounts accounts;

    /** Of the accounts that somebody is told of. */
    private final Map<Account, InterestSums> byAccount = new HashMap<>();

    /** The inbound connections of other clusters, which are told of all accounts. */
    private final List<Gateway> gateways = new ArrayList<>();

    /** Whether answers may come from other clusters. */
    private boolean gatewayReplies;

    private GatewayWatcher watcher = GatewayWatcher.NONE;
    private final RecentSubjects recent;

    Beyond(Ledger ledger, Tracer tracer, Outbox outbox, Accounts accounts) {
        this.ledger = ledger;
        recent = new RecentSubjects(ledger);
        this.tracer = tracer;
        this.outbox = outbox;
        this.accounts = accounts;
    }

    /** What other clusters may not have heard of yet. */
    public RecentSubjects recent() {
        return recent;
    }

    // --- what changes

    /** Somebody wants something more, or less. */
    void changed(Account account, Interest interest, int more) {
        if (more > 0 && gatewayReplies && (ASKING & InterestSource.of(interest).bit()) != 0) {
            // Whether or not another cluster has dialed this very server.
            recent.add(account, interest, System.nanoTime());
        }
        InterestSums sums = byAccount.get(account);
        if (sums != null) {
            changed(account, sums, interest, more);
        }
    }

    private void changed(Account account, InterestSums sums, Interest interest, int more) {
        changed(
                account,
                sums,
                InterestKey.of(interest),
                InterestSource.of(interest),
                originOf(interest),
                interest instanceof RemoteInterest told ? told.peer : null,
                more);
    }

    /** Which cluster isn't told of it, as it has told it itself; empty for none. */
    private static String originOf(Interest interest) {
        return interest instanceof RemoteInterest told && told.through == null ? told.origin : "";
    }

    /** What is asked for under a subject is answered elsewhere, or is no more. */
    void shown(Account account, String subject, int more) {
        InterestSums sums = byAccount.get(account);
        if (sums != null) {
            changed(account, sums, subject, InterestSource.SHOWN, "", null, more);
        }
    }

    private void changed(
            Account account,
            InterestSums sums,
            String key,
            InterestSource source,
            String origin,
            @Nullable Peer teller,
            int more) {
        InterestSum sum = sums.add(key, source, origin, more);
        for (Leaf leaf : sums.leaves) {
            if (leaf.peer != teller
                    && (sources(leaf, key) & source.bit()) != 0
                    && (origin.isEmpty() || !origin.equals(leaf.peer.cluster.name()))) {
                long members = members(account, leaf, key, sum);
                tell(leaf, key, members - more, members);
            }
        }
        if ((TO_CLUSTERS & source.bit()) != 0) {
            long members = sum.of(TO_CLUSTERS, "");
            for (Gateway gateway : gateways) {
                tell(gateway, account, key, members - more, members);
            }
        }
    }

    // --- accounts

    /** An account was made. */
    void made(Account account) {
        if (!gateways.isEmpty()) {
            InterestSums sums = sums(account);
            gateways.forEach(inbound -> tellAll(inbound, account, sums));
        }
    }

    /** An account is no more; its leaf nodes end. */
    void removed(Account account) {
        InterestSums gone = byAccount.remove(account);
        if (gone != null) {
            gone.forEach(
                    (key, sum) ->
                            gateways.forEach(
                                    each -> tell(each, account, key, sum.of(TO_CLUSTERS, ""), 0)));
            gone.close();
        }
    }

    /** Those of an account; made if there are none yet. */
    private InterestSums sums(Account account) {
        InterestSums known = byAccount.get(account);
        if (known != null) {
            return known;
        }
        InterestSums sums = new InterestSums(ledger);
        account.index.forEach(
                interest -> {
                    if (isTold(interest)) {
                        sums.add(
                                InterestKey.of(interest),
                                InterestSource.of(interest),
                                originOf(interest),
                                interest.weight);
                    }
                });
        for (SubjectMapping each : account.plan.mappings()) {
            sums.add(each.source(), InterestSource.SHOWN, "", 1);
        }
        byAccount.put(account, sums);
        return sums;
    }

    /** Whether others are told of some interest at all. */
    private static boolean isTold(Interest interest) {
        return switch (interest) {
            case Subscription subscription -> subscription.told;
            case ReplyGate gate -> gate.told;
            default -> true;
        };
    }

    private void release(Account account) {
        InterestSums sums = byAccount.get(account);
        if (sums != null && sums.leaves.isEmpty() && gateways.isEmpty()) {
            byAccount.remove(account);
            sums.close();
        }
    }

    // --- leaf nodes

    /** Answers may come from other clusters: leaf nodes are to send them here. */
    void awaitGatewayReplies() {
        gatewayReplies = true;
    }

    /**
     * Tells the other side of a leaf node's connection everything, and what changes from here on.
     */
    public void add(Leaf leaf, Account account) {
        InterestSums sums = sums(account);
        boolean first = sums.leaves.isEmpty();
        if (first) {
            sums.add(sums.loopMark, InterestSource.SHOWN, "", 1);
            if (gatewayReplies) {
                sums.add(GATEWAY_REPLIES + ">", InterestSource.SHOWN, "", 1);
            }
        }
        sums.leaves.add(leaf);
        tellAll(leaf, account, sums);
    }

    /** Something else holds on a leaf node's connection: tells the other side everything anew. */
    public void tellAgain(Leaf leaf, Account account) {
        tellAll(leaf, account, sums(account));
    }

    private void tellAll(Leaf leaf, Account account, InterestSums sums) {
        sums.forEach((key, sum) -> tell(leaf, key, 0, members(account, leaf, key, sum)));
    }

    /** A leaf node's connection has ended. */
    public void remove(Leaf leaf, Account account) {
        InterestSums sums = byAccount.get(account);
        if (sums != null && sums.leaves.remove(leaf) && sums.leaves.isEmpty()) {
            sums.add(sums.loopMark, InterestSource.SHOWN, "", -1);
            if (gatewayReplies) {
                sums.add(GATEWAY_REPLIES + ">", InterestSource.SHOWN, "", -1);
            }
        }
        release(account);
    }

    private static int sources(Leaf leaf, String key) {
        int sources = leaf.isToHub() && !isLoopMark(key) ? TO_HUBS : ALL;
        return leaf.isIsolated() ? sources & ~LEAVES : sources;
    }

    /** Whether a subject is the mark that this server has given an account. */
    boolean isOwnMark(Account account, String subject) {
        InterestSums sums = byAccount.get(account);
        return sums != null && sums.loopMark.equals(subject);
    }

    static boolean isLoopMark(String key) {
        return key.startsWith(LOOP_MARK);
    }

    /** How many members there are that a leaf node's connection is told of. */
    private static long members(Account account, Leaf leaf, String key, InterestSum sum) {
        long members = sum.of(sources(leaf, key), leaf.peer.cluster.name());
        if (leaf.peer.cluster.name().isEmpty()) {
            RemoteInterest own = leaf.interest().get(HeardInterest.key(account, key));
            boolean counted = (sources(leaf, key) & InterestSource.of(leaf.peer.kind).bit()) != 0;
            return own == null || !counted ? members : members - own.weight;
        }
        return members;
    }

    private void tell(Leaf leaf, String key, long before, long members) {
        if (!isNews(key, before, members) || leaf.peer.closing) {
            return;
        }
        String line = members > 0 ? "LS+ " + InterestKey.weighted(key, members) : "LS- " + key;
        if (members <= 0 || mayTell(leaf, key)) {
            send(leaf.peer, line);
        }
    }

    private static boolean mayTell(Leaf leaf, String key) {
        return leaf.peer.permissions == null
                || isLoopMark(key)
                || key.startsWith(GATEWAY_REPLIES)
                || leaf.peer.permissions.maySubscribe(
                        InterestKey.bytes(InterestKey.subject(key)), NO_QUEUE);
    }

    // --- other clusters

    /** Tells a server of another cluster everything, and what changes from here on. */
    public void add(Gateway inbound) {
        gateways.add(inbound);
        accounts.all().forEach(account -> tellAll(inbound, account, sums(account)));
    }

    private void tellAll(Gateway inbound, Account account, InterestSums sums) {
        outbox.send(inbound.peer, watcher.allInterest(account.name, false));
        sums.forEach((key, sum) -> tell(inbound, account, key, 0, sum.of(TO_CLUSTERS, "")));
        outbox.send(inbound.peer, watcher.allInterest(account.name, true));
    }

    /** Says by this what all interest in an account begins and ends with. */
    void watch(GatewayWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** An inbound connection has ended. */
    public void remove(Gateway inbound) {
        if (gateways.remove(inbound) && gateways.isEmpty()) {
            List.copyOf(byAccount.keySet()).forEach(this::release);
        }
    }

    private void tell(Gateway gateway, Account account, String key, long before, long members) {
        // As the reference, which tells of a queue group that it is there, but not how large.
        if (before > 0 == members > 0 || gateway.peer.closing || isLoopMark(key)) {
            return;
        }
        send(
                gateway.peer,
                (members > 0 ? "RS+ " : "RS- ")
                        + InterestKey.name(account.name)
                        + " "
                        + (members > 0 ? InterestKey.weighted(key, 1) : key));
    }

    // --- both

    private static boolean isNews(String key, long before, long members) {
        return InterestKey.isQueue(key) ? before != members : before > 0 != members > 0;
    }

    private void send(Peer peer, String line) {
        if (tracer.isOn()) {
            tracer.out(peer, line);
        }
        outbox.send(peer, InterestKey.bytes(line + "\r\n"));
    }
}
