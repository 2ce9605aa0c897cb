package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.interest.LeafInterest;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafFacts;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.broker.routing.peer.LeafUser;
import io.millrace.broker.routing.peer.LeafWatcher;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.TlsSession;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The connections of leaf nodes, to this server's and to its hubs: how they come and go, and what
 * is said over them besides interest and messages. Routing thread.
 *
 * <p>Who may connect and whom this server dials is decided by whoever {@linkplain #watch watches}
 * them, who calls this for all that becomes of a connection.
 */
public final class LeafNodes {
    private final ServerLinks<Leaf> links;
    private final Counters counters;
    private final Accounts accounts;
    private final Pings pings;
    private final LeafInterest interest;
    private final LeafWire wire;
    private final PermitMemory permits;
    private final DirectReplies direct;
    private final Presence presence;
    private LeafWatcher watcher = LeafWatcher.NONE;

    LeafNodes(
            Peers peers,
            ServerLog log,
            Outbox outbox,
            Pings pings,
            Counters counters,
            SlowConsumers slow,
            Accounts accounts,
            LeafInterest interest,
            MessageWriter writer,
            Settlement settlement,
            PermitMemory permits,
            DirectReplies direct,
            Presence presence) {
        links =
                new ServerLinks<>(
                        "leafnode", counters.leaves, peers, log, outbox, pings, slow, settlement);
        this.counters = counters;
        this.accounts = accounts;
        this.pings = pings;
        this.interest = interest;
        wire = new LeafWire(writer);
        this.permits = permits;
        this.direct = direct;
        this.presence = presence;
    }

    /** Tells somebody of what becomes of connections, who knows what they are for. */
    public void watch(LeafWatcher newWatcher) {
        watcher = newWatcher;
        interest.watch(newWatcher);
    }

    /** Tells somebody of those that come and go. */
    void watch(LinkWatcher newWatcher) {
        links.watch(newWatcher);
    }

    /** Other limits hold from here on. */
    public void reconfigure(int maxPingsOut) {
        pings.allow(PeerKind.SPOKE, maxPingsOut);
        pings.allow(PeerKind.HUB, maxPingsOut);
        links.list().forEach(leaf -> leaf.peer.end.reconfigure());
    }

    /** Those that are open, wherever they lead to. */
    public List<Leaf> list() {
        return links.list();
    }

    /** Number of connections over which interest and messages cross. */
    public int joinedCount() {
        return (int) links.byId.values().stream().filter(leaf -> leaf.terms != null).count();
    }

    /** What is known of a connection beyond what crosses it. */
    public LeafFacts factsOf(Leaf leaf) {
        return watcher.factsOf(leaf);
    }

    /** Whether there is an account of that name. */
    public boolean hasAccount(String name) {
        return accounts.named(name) != null;
    }

    // --- what monitoring asks

    /** How much the other side has told that it wants. */
    int interestCount(Leaf leaf) {
        return leaf.interest().size();
    }

    /** A connection that is open; null if there is none of that number. */
    @Nullable Leaf get(long id) {
        return links.byId.get(id);
    }

    // --- how they come and go

    /**
     * It is connected, and begins its TLS handshake.
     *
     * @param solicited whether this server has dialed
     */
    public void onHandshake(Leaf leaf, boolean solicited) {
        links.handshake(leaf, solicited);
    }

    /** Its TLS handshake is done. */
    public void onSecured(Leaf leaf, TlsSession session) {
        links.secured(leaf, session);
    }

    /** Its TLS handshake failed, and its connection with it. */
    public void onHandshakeFailed(Leaf leaf, String cause) {
        links.handshakeFailed(leaf, cause);
    }

    /**
     * A connection is open; what it is for is yet to be heard.
     *
     * @param what of it, for the log
     */
    public void onOpen(Leaf leaf, String what) {
        links.open(leaf);
        links.info(leaf, "Leafnode connection created" + what);
    }

    /** The other side is too old to trace messages; told before it has joined. */
    public void onUntraced(Leaf leaf) {
        leaf.peer.traces = false;
    }

    /** So much was said on it that some of it is kept. */
    public void onSaid(Leaf leaf, int bytes) {
        links.said(leaf, bytes);
    }

    /**
     * Both sides have said who they are: from here on, interest and messages cross it; or something
     * else holds on it than before.
     *
     * @return false if there is no account of that name; nothing was changed then
     */
    public boolean onJoined(Leaf leaf, LeafTerms terms) {
        Account account = accounts.named(terms.accountName());
        if (account == null) {
            return false;
        }
        boolean first = leaf.terms == null;
        leaf.is(factsOf(leaf).user());
        leaf.joins(account, terms, counters.leaves, permits);
        if (first) {
            presence.extended(account, leaf);
            leaf.peer.wire = wire;
            interest.add(leaf, account);
            if (leaf.isToHub()) {
                direct.add(leaf);
            }
            links.joined(leaf);
        } else {
            interest.addAgain(leaf, account);
        }
        return true;
    }

    /**
     * The connection is gone, and what the other side wanted with it.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Leaf leaf, CloseReason reason) {
        links.closed(leaf, reason, () -> forget(leaf));
    }

    private void forget(Leaf leaf) {
        Account account = leaf.peer.account;
        if (account != null) {
            presence.reduced(account, leaf);
            interest.remove(leaf, account);
            direct.remove(leaf);
        }
        leaf.peer.releasePermits();
    }

    /**
     * The other side isn't who it says.
     *
     * @param claimed who it says it is
     */
    public void onRefused(Leaf leaf, LeafUser claimed) {
        if (!leaf.peer.closing) {
            leaf.is(claimed);
            presence.refused(leaf);
        }
    }

    /** The other side has given a sign of life. */
    void onPong(Leaf leaf, long nowNs) {
        Pings.onPong(leaf.peer, nowNs);
        watcher.onPong(leaf);
    }

    /** The other side has said something before it was let in. */
    void onUnasked(Leaf leaf) {
        links.refuse(leaf, "Authorization Violation", CloseReason.PROTOCOL_VIOLATION);
    }

    // --- what is said over them

    /** Sends the other side a line of the protocol. */
    public void send(Leaf leaf, byte[] line) {
        links.send(leaf, line);
    }

    /** Tells the other side why it can't stay, and logs it. */
    public void refuse(Leaf leaf, String text, CloseReason reason) {
        links.refuse(leaf, text, reason);
    }

    /** Tells the other side why it can't stay, but not the log. */
    public void refuseSilently(Leaf leaf, String text, CloseReason reason) {
        links.refuseSilently(leaf, text, reason);
    }

    /** Closes it without a word, unless that is under way. */
    public void end(Leaf leaf, CloseReason reason) {
        links.end(leaf, reason);
    }

    /** Logs something about it. */
    public void info(Leaf leaf, String text) {
        links.info(leaf, text);
    }

    /** Logs something about it that may not be meant so. */
    public void warn(Leaf leaf, String text) {
        links.warn(leaf, text);
    }

    /** Logs something that is wrong with it. */
    public void error(Leaf leaf, String text) {
        links.error(leaf, text);
    }

    /** Logs something about it for who looks closer. */
    public void debug(Leaf leaf, String text) {
        links.debug(leaf, text);
    }
}
