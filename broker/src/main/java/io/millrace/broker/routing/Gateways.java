package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.interest.ForeignInterest;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.GatewayInterest;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The gateways to the servers of other clusters: how they come and go, and what is said over them
 * besides interest and messages. Routing thread.
 *
 * <p>Which cluster a gateway leads to, and whether it may stay, is decided by whoever {@linkplain
 * #watch watches} them, who calls this for all that becomes of a gateway.
 */
public final class Gateways {
    private final ServerLinks<Gateway> links;
    private final Pings pings;
    private final ForeignInterest interest;
    private final DirectReplies direct;
    private final RouteWire wire;
    private GatewayWatcher watcher = GatewayWatcher.NONE;

    Gateways(
            Peers peers,
            ServerLog log,
            Outbox outbox,
            Pings pings,
            Counters counters,
            SlowConsumers slow,
            ForeignInterest interest,
            DirectReplies direct,
            MessageWriter writer,
            Settlement settlement) {
        links =
                new ServerLinks<>(
                        "gateway", counters.gateways, peers, log, outbox, pings, slow, settlement);
        this.pings = pings;
        this.interest = interest;
        this.direct = direct;
        wire = new RouteWire(writer, true, false);
    }

    /**
     * The server has gateways, or other limits hold for them from here on.
     *
     * @param maxPingsOut unanswered PINGs before one is stale
     */
    public void reconfigure(int maxPingsOut) {
        pings.allow(PeerKind.GATEWAY, maxPingsOut);
        links.list().forEach(gateway -> gateway.peer.end.reconfigure());
    }

    /**
     * The server has gateways, and is one of a cluster that others know by name; called before
     * there are clients.
     *
     * @param serverId its own
     */
    public void joinSuperCluster(String clusterName, String serverId) {
        direct.called(clusterName, serverId);
        interest.awaitReplies();
    }

    /** Tells somebody of what gateways answer, who knows what they are for. */
    public void watch(GatewayWatcher newWatcher) {
        watcher = newWatcher;
        interest.watch(newWatcher);
    }

    /** Tells somebody of those that come and go. */
    void watch(LinkWatcher newWatcher) {
        links.watch(newWatcher);
    }

    /** The gateways that are open, wherever they lead to. */
    List<Gateway> list() {
        return links.list();
    }

    /** A gateway that is open; null if there is none of that number. */
    @Nullable Gateway get(long gid) {
        return links.byId.get(gid);
    }

    /** Number of subscriptions that the other server has told over it. */
    int subscriptionsOf(Gateway gateway) {
        return gateway.interest().size();
    }

    /**
     * What is known of accounts on a gateway beside what was told of them; by name.
     *
     * @param account the only one; empty for all
     */
    List<GatewayInterest> interestOf(Gateway gateway, String account) {
        Map<String, Boolean> notAllTold = interest.notAllTold(gateway);
        Set<String> names = new TreeSet<>(notAllTold.keySet());
        // Of those that dial, all accounts are told all.
        names.addAll(gateway.outbound ? interest.allTold(gateway) : interest.accountNames());
        return names.stream()
                .filter(name -> account.isEmpty() || account.equals(name))
                .map(
                        name ->
                                GatewayInterest.of(
                                        name,
                                        notAllTold.get(name),
                                        interest.unwanted(gateway, name)))
                .toList();
    }

    /** What is known of a gateway beyond what crosses it. */
    GatewayFacts factsOf(Gateway gateway) {
        return watcher.factsOf(gateway);
    }

    // --- how they come and go

    /**
     * A gateway is connected, and begins its TLS handshake.
     *
     * @param solicited whether this server has dialed
     */
    public void onHandshake(Gateway gateway, boolean solicited) {
        links.handshake(gateway, solicited);
    }

    /** A gateway's TLS handshake is done. */
    public void onSecured(Gateway gateway, TlsSession session) {
        links.secured(gateway, session);
    }

    /** A gateway's TLS handshake failed, and its connection with it. */
    public void onHandshakeFailed(Gateway gateway, String cause) {
        links.handshakeFailed(gateway, cause);
    }

    /** A gateway is open; where it leads to is yet to be heard. */
    public void onOpen(Gateway gateway) {
        links.open(gateway);
    }

    /**
     * It is known where an outbound gateway leads to: from here on its interest counts.
     *
     * @param name of the other server
     * @param headers whether both understand them
     * @param interestOnly whether it tells of all interest, and gets nothing but that
     */
    public void onOutbound(Gateway gateway, String name, boolean headers, boolean interestOnly) {
        gateway.peer.name = name;
        gateway.peer.headers = headers;
        gateway.peer.wire = wire;
        interest.addOutbound(gateway, interestOnly);
        direct.add(gateway, watcher.factsOf(gateway).cluster());
        links.joined(gateway);
    }

    /** It is known where an inbound gateway comes from, which is told all interest. */
    public void onInbound(Gateway gateway, String name) {
        gateway.peer.name = name;
        interest.addInbound(gateway);
        links.joined(gateway);
    }

    /**
     * The other server of an outbound gateway is about to tell of all interest in an account, or
     * has, and is sent nothing but that from then on.
     *
     * @param complete whether it has
     */
    public void onInterestOnly(Gateway gateway, String account, boolean complete) {
        interest.allTold(gateway, account, complete);
    }

    /**
     * The connection of a gateway is gone, and what its server wanted with it.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Gateway gateway, CloseReason reason) {
        links.closed(
                gateway,
                reason,
                () -> {
                    interest.remove(gateway);
                    direct.remove(gateway);
                });
    }

    // --- what is said over them

    /** Another server has said so many bytes of itself or of others, some of which are kept. */
    public void onSaid(Gateway gateway, int bytes) {
        links.said(gateway, bytes);
    }

    /** Sends another server a line of the protocol. */
    public void send(Gateway gateway, byte[] line) {
        links.send(gateway, line);
    }

    /** Another server has given a sign of life. */
    void onPong(Gateway gateway, long nowNs) {
        Pings.onPong(gateway.peer, nowNs);
        watcher.onPong(gateway);
    }

    /** Tells another server why it can't stay, and logs it. */
    public void refuse(Gateway gateway, String text, CloseReason reason) {
        links.refuse(gateway, text, reason);
    }

    /**
     * Tells another server why it can't stay, and logs it in other words.
     *
     * @param logged for the own log
     * @param told for the other server's
     */
    public void refuse(Gateway gateway, String logged, String told, CloseReason reason) {
        links.error(gateway, logged);
        links.refuseSilently(gateway, told, reason);
    }

    /** Closes a gateway without a word, unless that is under way. */
    public void end(Gateway gateway, CloseReason reason) {
        links.end(gateway, reason);
    }

    /** Logs something that is wrong with a gateway. */
    public void error(Gateway gateway, String text) {
        links.error(gateway, text);
    }

    /** Logs something about a gateway. */
    public void debug(Gateway gateway, String text) {
        links.debug(gateway, text);
    }
}
