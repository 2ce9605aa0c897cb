package io.millrace.broker.gateway;

import io.millrace.broker.cluster.OtherClusters;
import io.millrace.broker.config.cluster.ErrorReports;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Gateways;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps this server connected to one of each other cluster: hears of all that happens to gateways,
 * and has the right part deal with it. Routing thread.
 *
 * <p>The other servers may be the reference: what is said, when and in which order is its protocol.
 * A new gateway goes through the {@link GatewayHandshake}; {@link GatewayGossip} spreads the word
 * of it; {@link GatewayDialing} connects again where one was lost.
 */
public final class SuperCluster implements GatewayWatcher, OtherClusters {
    private final ThisGateway self;
    private final RemoteClusters remotes;
    private final GatewayDialing dialing;
    private final GatewayGossip gossip;
    private final GatewayHandshake handshake;
    private final Gateways gateways;
    private final ServerLog log;
    private final Map<Gateway, GatewaySession> sessions = new HashMap<>();

    /**
     * Makes one of this server's cluster alone.
     *
     * @param own what this server says of itself
     * @param reports how often the log tells of servers that can't be connected to
     * @param seed of the order of servers, and of delays
     */
    public SuperCluster(
            GatewayOptions options,
            LinkInfo own,
            ErrorReports reports,
            Router router,
            GatewayDialer dialer,
            ServerLog log,
            long seed) {
        gateways = router.gateways();
        this.log = log;
        self = new ThisGateway(options, own);
        remotes = new RemoteClusters(own.gateway(), options.gateways());
        dialing = new GatewayDialing(self, remotes, reports, this::hasInbound, dialer, log, seed);
        gossip = new GatewayGossip(self, remotes, dialing, gateways);
        handshake = new GatewayHandshake(self, remotes, gossip, gateways, log);
    }

    /** This server has others in its own cluster; told before anything else. */
    public void within(OwnCluster cluster) {
        self.within(cluster);
    }

    /** Begins: dials the clusters that are configured. */
    public void start() {
        gateways.watch(this);
        gateways.joinSuperCluster(self.name(), self.info().serverId());
        dialing.start();
    }

    /** Dials nobody any more. */
    public void end() {
        dialing.end();
    }

    /**
     * Other options hold from here on: what a reload may change of them.
     *
     * @param info what this server says of itself by them
     * @param unwelcome why a gateway can't stay; null if it can
     */
    public void onReload(
            GatewayOptions options,
            LinkInfo info,
            Function<GatewaySession, @Nullable CloseReason> unwelcome) {
        self.use(options, info);
        for (GatewaySession session : List.copyOf(sessions.values())) {
            CloseReason why = unwelcome.apply(session);
            if (why != null) {
                gateways.end(session.gateway, why);
            }
        }
    }

    @Override
    public byte[] allInterest(String account, boolean complete) {
        return LinkInfo.builder()
                .gateway(self.name())
                .gatewayCmd(
                        complete
                                ? GatewayHandshake.ALL_SUBSCRIPTIONS_COMPLETE
                                : GatewayHandshake.ALL_SUBSCRIPTIONS_START)
                .gatewayCmdPayload(account)
                .build()
                .line();
    }

    private boolean hasInbound(String cluster) {
        return sessions.values().stream()
                .anyMatch(
                        each ->
                                !each.isOutbound()
                                        && each.joined
                                        && each.cluster().equals(cluster));
    }

    // --- what happens to gateways

    /** A gateway is connected, and has yet to be secured. */
    public void onHandshake(GatewaySession session) {
        begin(session);
        gateways.onHandshake(session.gateway, session.isOutbound());
    }

    /** A gateway is secured. */
    public void onSecured(GatewaySession session, TlsSession agreed) {
        session.tls = agreed;
        gateways.onSecured(session.gateway, agreed);
    }

    /** A gateway is open: this server begins to speak, if the other one has dialed. */
    public void onOpen(GatewaySession session) {
        Gateway gateway = session.gateway;
        if (gateway.peer.isClosing()) {
            return;
        }
        begin(session);
        gateways.onOpen(gateway);
        if (session.isOutbound() && session.remote == null) {
            // It has been connected to on another way, or was given up, meanwhile.
            session.returns = false;
            gateways.end(gateway, CloseReason.WRONG_GATEWAY);
        } else if (!session.isOutbound()) {
            gateways.send(gateway, self.info().line());
        }
    }

    /** The first that is heard of a gateway. */
    private void begin(GatewaySession session) {
        if (sessions.putIfAbsent(session.gateway, session) != null) {
            return;
        }
        String label = session.gateway.peer.label;
        GatewayTarget target = session.target;
        if (target == null) {
            log.info(label + " - Processing inbound gateway connection");
            return;
        }
        log.info(
                label
                        + " - Creating outbound gateway connection to \""
                        + Quoted.utf8(target.cluster())
                        + '"');
        RemoteCluster remote = remotes.get(target.cluster());
        if (remote != null) {
            dialing.succeeded(remote);
            if (remote.outbound == null) {
                remote.outbound = session;
                session.remote = remote;
            }
        }
    }

    /** The other server, which dialed and has proved who it is, sent CONNECT. */
    public void onConnect(GatewaySession session, RouteConnect said) {
        if (!session.gateway.peer.isClosing()) {
            handshake.onConnect(session, said);
        }
    }

    /** The other server sent INFO: about itself, or about a third cluster. */
    public void onInfo(GatewaySession session, LinkInfo info) {
        if (session.gateway.peer.isClosing()) {
            return;
        }
        if (session.isOutbound()) {
            handshake.onOutboundInfo(session, info);
        } else {
            handshake.onInboundInfo(session, info);
        }
    }

    /** A gateway has ended. */
    public void onClosed(GatewaySession session, CloseReason reason) {
        sessions.remove(session.gateway);
        boolean missed = !session.joined;
        session.joined = false;
        gateways.onClosed(session.gateway, reason);
        RemoteCluster remote = session.remote;
        if (remote == null) {
            return;
        }
        session.remote = null;
        remote.outbound = null;
        remote.misses = missed ? remote.misses + 1 : 0;
        if (dialing.hasEnded() || !session.returns || remotes.get(remote.name) != remote) {
            return;
        }
        dialing.again(remote);
    }

    /**
     * A server could not be connected to.
     *
     * @param at its address; empty if there is none
     */
    public void onDialFailed(GatewayTarget target, int attempt, String at, String cause) {
        dialing.failed(target, attempt, at, cause);
    }

    // --- what the own cluster tells

    @Override
    public void onServer(LinkInfo info, Consumer<byte[]> tell) {
        if (self.add(info.gatewayUrl())) {
            tellInbound();
        }
        for (RemoteCluster each : remotes.all()) {
            GatewaySession outbound = each.outbound;
            if (outbound != null && outbound.joined) {
                tell.accept(gossip.line(each));
            }
        }
    }

    @Override
    public void onServerGone(String gatewayUrl) {
        if (!dialing.hasEnded() && self.remove(gatewayUrl)) {
            tellInbound();
        }
    }

    /** Tells those that send to this cluster where else they may. */
    private void tellInbound() {
        byte[] line = self.info().line();
        for (GatewaySession session : sessions.values()) {
            if (!session.isOutbound() && session.joined) {
                gateways.send(session.gateway, line);
            }
        }
    }

    @Override
    public void onTold(LinkInfo info, String remoteId) {
        if (info.gatewayCmd() == GatewayGossip.GOSSIP) {
            gossip.heard(info);
        } else {
            log.error(
                    "Unknown command "
                            + info.gatewayCmd()
                            + " from server "
                            + Quoted.utf8(remoteId));
        }
    }

    // --- what monitoring asks

    @Override
    public GatewayFacts factsOf(Gateway gateway) {
        GatewaySession session = sessions.get(gateway);
        if (session == null) {
            return GatewayFacts.UNKNOWN;
        }
        RemoteCluster remote = remotes.get(session.cluster());
        return session.facts(remote != null && !remote.implicit);
    }

    /**
     * Where the servers of a configured cluster are, as far as is known by now.
     *
     * @return empty if there is no such cluster
     */
    public List<String> urlsOf(String cluster) {
        RemoteCluster remote = remotes.get(cluster);
        return remote == null ? List.of() : remote.addresses();
    }
}
