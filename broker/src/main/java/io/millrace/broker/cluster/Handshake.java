package io.millrace.broker.cluster;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.cluster.ClusterChecks;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Clients;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

/**
 * How two servers get to know each other on a new route, until it has its place. Routing thread.
 *
 * <p>The one that dialed sends CONNECT, and INFO once it has seen the other's; that INFO says which
 * place of the pool, or which account, the route is for. Where the route is compressed, both send
 * their INFO once more before that, with what is chosen.
 */
final class Handshake {
    /** The level of the route protocol from which on messages can be traced. */
    private static final int TRACING_PROTO = 3;

    private final ThisMember self;
    private final Remotes remotes;
    private final Places places;
    private final Dialing dialing;
    private final Gossip gossip;
    private final ClientUrls clientUrls;
    private final LeafUrls leafUrls;
    private final ClusterRoutes routes;
    private final Clients clients;
    private final ServerLog log;

    Handshake(
            ThisMember self,
            Remotes remotes,
            Dialing dialing,
            Gossip gossip,
            ClientUrls clientUrls,
            LeafUrls leafUrls,
            ClusterRoutes routes,
            Clients clients,
            ServerLog log) {
        this.self = self;
        this.remotes = remotes;
        this.places = new Places(self, remotes, routes);
        this.dialing = dialing;
        this.gossip = gossip;
        this.clientUrls = clientUrls;
        this.leafUrls = leafUrls;
        this.routes = routes;
        this.clients = clients;
        this.log = log;
    }

    /** Begins: says who this server is. */
    void begin(RouteSession session) {
        RouteTarget target = session.target;
        if (target == null) {
            routes.send(session.route, self.info().line());
            return;
        }
        RouteUrl url = target.url();
        // Of a server that is just heard of only the address is its own.
        boolean asMember = !target.explicit() && !url.user().isEmpty();
        ClusterOptions options = self.options();
        RouteConnect connect =
                RouteConnect.of(
                        self.info().serverId(),
                        self.cluster().name(),
                        self.cluster().isDynamic(),
                        self.info().tlsRequired(),
                        self.info().headers(),
                        asMember ? options.username() : url.user(),
                        (asMember ? options.password() : url.password()).value());
        routes.send(session.route, connect.line());
        routes.debug(session.route, "Route connect msg sent");
    }

    /** The other server, which dialed and has proved who it is, sent CONNECT. */
    void onConnect(RouteSession session, RouteConnect said) {
        if (said.gateway().isEmpty()) {
            agreeOnName(session, said.cluster(), said.clusterDynamic(), true);
            return;
        }
        String text =
                "Rejecting connection from gateway \""
                        + Quoted.utf8(said.gateway())
                        + "\" on the Route port";
        routes.refuse(session.route, text, CloseReason.WRONG_GATEWAY);
    }

    /**
     * Compares the names of the clusters.
     *
     * @param isConnect whether the other server can still be told
     * @return whether they are the same, perhaps by now
     */
    boolean agreeOnName(RouteSession session, String name, boolean dynamic, boolean isConnect) {
        ClusterName cluster = self.cluster();
        if (name.equals(cluster.name())) {
            return true;
        }
        if (ClusterChecks.toldNameProblem(name).isEmpty() && cluster.yieldsTo(name, dynamic)) {
            becomePartOf(name, dynamic, session);
            return true;
        }
        if (!isConnect) {
            routes.end(session.route, CloseReason.CLUSTER_NAME_CONFLICT);
            return false;
        }
        String shown = Quoted.utf8(name);
        String text =
                "Rejecting connection, cluster name \""
                        + shown
                        + (name.equals(ClusterName.RESERVED)
                                ? "\" is reserved"
                                : "\" does not match \"" + cluster.name() + '"');
        routes.refuse(session.route, text, CloseReason.CLUSTER_NAME_CONFLICT);
        return false;
    }

    /** Takes another cluster's name over; those it was shared with will follow. */
    private void becomePartOf(String name, boolean dynamic, RouteSession because) {
        self.become(name, dynamic);
        log.info("Cluster name updated to " + Quoted.utf8(name));
        clients.onClusterName(name);
        for (RouteSession each : remotes.sessions()) {
            if (each != because) {
                routes.end(each.route, CloseReason.CLUSTER_NAME_CONFLICT);
            }
        }
    }

    /**
     * The other server has said who it is.
     *
     * @param agreed how this server compresses, by what both have said first; null if the other one
     *     has said something unknown
     */
    void onInfo(RouteSession session, LinkInfo info, @Nullable Mode agreed) {
        if (!session.solicited && info.serverName().equals(self.info().serverName())) {
            routes.error(
                    session.route,
                    "Remote server has a duplicate name: \""
                            + Quoted.utf8(info.serverName())
                            + '"');
            routes.end(session.route, CloseReason.DUPLICATE_SERVER_NAME);
            return;
        }
        if (!session.agreed && !agreeOnCompression(session, info, agreed)) {
            return;
        }
        session.info = info;
        if (places.find(session, info)) {
            join(session, info);
        }
    }

    /**
     * Tells the other server how this one compresses.
     *
     * @return whether that is all; if not, the other server's next INFO, which is compressed, comes
     *     first
     */
    private boolean agreeOnCompression(RouteSession session, LinkInfo info, @Nullable Mode agreed) {
        session.agreed = true;
        if (agreed == null) {
            String text =
                    "unsupported route compression mode \"" + Quoted.utf8(info.compression()) + '"';
            routes.refuse(session.route, text, CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        session.compression = agreed;
        if (!CompressionChoice.isOn(agreed)) {
            return true;
        }
        RouteTarget target = session.target;
        LinkInfo chosen =
                self.info().toBuilder()
                        .compression(agreed.text())
                        .routeAccount(target == null ? "" : target.account())
                        .build();
        routes.send(session.route, chosen.line());
        return false;
    }

    /** A route has its place: interest and messages cross it from here on. */
    private void join(RouteSession session, LinkInfo info) {
        RemoteServer remote = session.remote;
        assert remote != null;
        String account = session.account;
        boolean first = account.isEmpty() && remote.first() == null;
        remotes.add(remote, session);
        routes.debug(
                session.route,
                "Registering remote route \""
                        + remote.id
                        + '"'
                        + (account.isEmpty() ? "" : " for account \"" + account + '"'));
        if (session.solicited) {
            answer(session);
        }
        routes.onIdentified(session.route, remote.id);
        if (info.ln() || info.lnoc() && info.lnocu()) {
            routes.onOrigins(session.route);
        }
        if (info.proto() < TRACING_PROTO) {
            routes.onUntraced(session.route);
        }
        // Both have to understand them.
        boolean headers = self.info().headers() && info.headers();
        routes.onJoined(session.route, remote.name, headers, share(session, info));
        if (!account.isEmpty()) {
            moveInterest(session, remote);
        } else if (session.solicited && remote.firstFree() >= 0) {
            session.onceItWorks = () -> dialNext(session, remote);
            routes.ping(session.route);
        }
        if (first) {
            clientUrls.learn(remote, info);
            tellOfGateways(session, remote, info);
            leafUrls.learn(remote, info);
        }
        if (first || !account.isEmpty()) {
            gossip.passOn(session, remote, info);
        }
    }

    private void tellOfGateways(RouteSession session, RemoteServer remote, LinkInfo info) {
        remote.gatewayUrl = info.gatewayUrl();
        OtherClusters others = self.otherClusters();
        if (others != null) {
            others.onServer(info, line -> routes.send(session.route, line));
        }
    }

    /** The pool's next route is due once the last one works. */
    private void dialNext(RouteSession session, RemoteServer remote) {
        RouteTarget target = session.target;
        if (target != null && remote.firstFree() >= 0) {
            dialing.now(target);
        }
    }

    /**
     * What the other server told of an account before it had this route serves until it has told
     * all of it again.
     */
    private void moveInterest(RouteSession session, RemoteServer remote) {
        session.onceItWorks =
                () -> {
                    routes.onTakenOver(session.route);
                    remote.pool().forEach(each -> routes.forget(each.route, session.account));
                };
    }

    /** Tells the server that was dialed what the route is for. */
    private void answer(RouteSession session) {
        RouteTarget target = session.target;
        LinkInfo.Builder answer = self.info().toBuilder().compression(session.compression.text());
        if (session.account.isEmpty()) {
            answer.routePoolIdx(session.poolIndex);
        } else {
            answer.routeAccount(session.account);
        }
        if (target != null) {
            answer.gossipMode(target.gossip().ordinal());
        }
        routes.send(session.route, answer.build().line());
    }

    private RouteShare share(RouteSession session, LinkInfo info) {
        if (!session.account.isEmpty()) {
            return RouteShare.of(session.account);
        }
        return self.isPooledWith(info) ? RouteShare.of(session.poolIndex) : RouteShare.ofAll();
    }
}
