package io.millrace.broker.gateway;

import io.millrace.broker.config.listen.UrlBounds;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Gateways;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.RouteConnect;

/**
 * How two servers of different clusters get to know each other on a new gateway. Routing thread.
 *
 * <p>The one that was dialed sends INFO; the one that dialed looks whether it got where it wanted
 * to, and answers with CONNECT and its own INFO.
 */
final class GatewayHandshake {
    /** The level of the protocol from which on messages can be traced. */
    private static final int TRACING_PROTO = 3;

    static final int ALL_SUBSCRIPTIONS_START = 2;
    static final int ALL_SUBSCRIPTIONS_COMPLETE = 3;

    private final ThisGateway self;
    private final RemoteClusters remotes;
    private final GatewayGossip gossip;
    private final Gateways gateways;
    private final ServerLog log;

    GatewayHandshake(
            ThisGateway self,
            RemoteClusters remotes,
            GatewayGossip gossip,
            Gateways gateways,
            ServerLog log) {
        this.self = self;
        this.remotes = remotes;
        this.gossip = gossip;
        this.gateways = gateways;
        this.log = log;
    }

    /** Whether servers of a cluster are turned away, since it isn't known. */
    private boolean isRejected(String cluster) {
        return self.options().rejectUnknown() && remotes.get(cluster) == null;
    }

    private void info(GatewaySession session, String text) {
        log.info(session.gateway.peer.label + " - " + text);
    }

    // --- inbound

    /** The other server, which dialed and has proved who it is, sent CONNECT. */
    void onConnect(GatewaySession session, RouteConnect said) {
        session.said = said;
        LinkInfo known = session.info;
        if (known != null) {
            checkName(session, known);
        } else if (isRejected(said.gateway())) {
            gateways.refuse(
                    session.gateway,
                    "Rejecting connection from gateway \"" + Quoted.utf8(said.gateway()) + '"',
                    "Connection to gateway \"" + self.name() + "\" rejected",
                    CloseReason.WRONG_GATEWAY);
        }
    }

    /** The other server, which dialed, has said who it is; once more means nothing. */
    void onInboundInfo(GatewaySession session, LinkInfo said) {
        if (session.info != null || !checkName(session, said) || !checkServer(session, said)) {
            return;
        }
        session.info = said;
        join(session, said);
        gateways.onInbound(session.gateway, said.serverName());
        info(
                session,
                "Inbound gateway connection from \""
                        + Quoted.utf8(said.gateway())
                        + "\" ("
                        + Quoted.utf8(said.serverId())
                        + ") registered");
        gossip.heard(said);
        gossip.tellOfOthers(session);
    }

    /** It must be the cluster that was let in. */
    private boolean checkName(GatewaySession session, LinkInfo said) {
        RouteConnect presented = session.said;
        if (presented != null && presented.gateway().equals(said.gateway())) {
            return true;
        }
        gateways.refuse(
                session.gateway,
                "Gateway is of \"" + Quoted.utf8(said.gateway()) + "\" after it was of another",
                "Connection to gateway \"" + self.name() + "\" rejected",
                CloseReason.WRONG_GATEWAY);
        return false;
    }

    // --- outbound

    /**
     * The server that was dialed has said who it is, or something about that or another cluster.
     */
    void onOutboundInfo(GatewaySession session, LinkInfo said) {
        String wanted = session.cluster();
        boolean first = session.info == null;
        if (said.gateway().isEmpty()) {
            gateways.refuse(
                    session.gateway,
                    "Attempt to connect to gateway \""
                            + Quoted.utf8(wanted)
                            + "\" using wrong port",
                    CloseReason.INCORRECT_PORT);
        } else if (!said.gateway().equals(wanted)) {
            onOther(session, said, wanted, first);
        } else if (checkServer(session, said)) {
            onWanted(session, said, first);
        }
    }

    private void onOther(GatewaySession session, LinkInfo said, String wanted, boolean first) {
        if (!first && said.gatewayCmd() == GatewayGossip.GOSSIP) {
            if (!isRejected(said.gateway())) {
                gossip.heard(said);
            }
            return;
        }
        gateways.refuse(
                session.gateway,
                "Failing connection to gateway \""
                        + Quoted.utf8(wanted)
                        + "\", remote gateway name is \""
                        + Quoted.utf8(said.gateway())
                        + '"',
                "Connection from \""
                        + self.name()
                        + "\" rejected, wanted to connect to \""
                        + Quoted.utf8(wanted)
                        + "\", this is \""
                        + Quoted.utf8(said.gateway())
                        + '"',
                CloseReason.WRONG_GATEWAY);
    }

    private void onWanted(GatewaySession session, LinkInfo said, boolean first) {
        RemoteCluster remote = session.remote;
        if (remote == null) {
            return;
        }
        if (!said.gatewayUrls().isEmpty()) {
            remote.replace(said.gatewayUrls());
        }
        if (first) {
            begin(session, said, remote);
        } else if (said.gatewayCmd() != 0) {
            command(session, said);
            return;
        }
        gossip.tellOwn(remote);
    }

    private void begin(GatewaySession session, LinkInfo said, RemoteCluster remote) {
        session.info = said;
        GatewayTarget target = session.target;
        assert target != null;
        boolean named = !target.url().user().isEmpty();
        RouteConnect connect =
                RouteConnect.ofGateway(
                        self.info().serverId(),
                        self.name(),
                        session.tls != null,
                        named ? target.url().user() : self.options().username(),
                        (named ? target.url().password() : self.options().password()).value());
        gateways.send(session.gateway, connect.line());
        gateways.debug(
                session.gateway,
                "Gateway connect protocol sent to \"" + Quoted.utf8(remote.name) + '"');
        gateways.send(session.gateway, self.info().line());
        join(session, said);
        // Both have to understand them.
        boolean headers = self.info().headers() && said.headers();
        gateways.onOutbound(session.gateway, said.serverName(), headers, said.gatewayIom());
        info(
                session,
                "Outbound gateway connection to \""
                        + Quoted.utf8(remote.name)
                        + "\" ("
                        + Quoted.utf8(said.serverId())
                        + ") registered");
    }

    /** What servers before 2.9 say when they begin to tell of all interest in an account. */
    private void command(GatewaySession session, LinkInfo said) {
        switch (said.gatewayCmd()) {
            case ALL_SUBSCRIPTIONS_START ->
                    onInterestOnly(session, said.gatewayCmdPayload(), false);
            case ALL_SUBSCRIPTIONS_COMPLETE ->
                    onInterestOnly(session, said.gatewayCmdPayload(), true);
            default ->
                    log.warn(
                            "Received unknown command "
                                    + said.gatewayCmd()
                                    + " from gateway \""
                                    + Quoted.utf8(said.gateway())
                                    + '"');
        }
    }

    private void onInterestOnly(GatewaySession session, String account, boolean complete) {
        // What is longer is nobody's here, and would be kept.
        if (account.length() <= UrlBounds.LONGEST_URL) {
            gateways.onInterestOnly(session.gateway, account, complete);
        }
    }

    // --- both

    private boolean checkServer(GatewaySession session, LinkInfo said) {
        if (!self.isTaken(said.serverName())) {
            return true;
        }
        gateways.error(
                session.gateway,
                "Remote server has a duplicate name: \"" + Quoted.utf8(said.serverName()) + '"');
        gateways.end(session.gateway, CloseReason.DUPLICATE_SERVER_NAME);
        return false;
    }

    private static void join(GatewaySession session, LinkInfo said) {
        session.joined = true;
        session.gateway.peer.traces = said.proto() >= TRACING_PROTO;
    }
}
