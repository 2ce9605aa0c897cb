package io.millrace.broker.cluster;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * What servers tell each other of third ones, so that all of them get connected. Routing thread.
 *
 * <p>A server that is new here is told to the others at once, as the reference does it; how far
 * they spread the word is the {@link GossipMode}. Since that may leave two servers without a route
 * where one was lost meanwhile, the others are told again now and then, each in its turn, and who
 * was given up is tried again.
 */
final class Gossip {
    private final ThisMember self;
    private final Remotes remotes;
    private final Dialing dialing;
    private final ClusterRoutes routes;
    private final ServerLog log;

    /** How often one of the others was told of the rest. */
    private int mended;

    Gossip(ThisMember self, Remotes remotes, Dialing dialing, ClusterRoutes routes, ServerLog log) {
        this.self = self;
        this.remotes = remotes;
        this.dialing = dialing;
        this.routes = routes;
        this.log = log;
    }

    // --- telling

    /** Tells the others of a server that is new here. */
    void passOn(RouteSession session, RemoteServer remote, LinkInfo info) {
        RouteTarget target = session.solicited ? session.target : null;
        boolean heardOf = target != null && !target.explicit();
        if (heardOf && target.gossip() != GossipMode.OVERRIDE
                || info.gossipMode() == GossipMode.DISABLED.ordinal()) {
            return;
        }
        for (RemoteServer other : remotes.all()) {
            RouteSession way = other == remote ? null : wayTo(other, session.account);
            if (way == null) {
                continue;
            }
            GossipMode mode = GossipMode.DEFAULT;
            if (session.solicited ? session.isConfigured() : way.isConfigured()) {
                mode = GossipMode.OVERRIDE;
            } else if (!session.solicited) {
                mode = GossipMode.DISABLED;
            }
            tellOf(session, info, way, mode);
        }
    }

    private void tellOf(RouteSession session, LinkInfo info, RouteSession way, GossipMode mode) {
        String address =
                info.ip().isEmpty() ? at(session.route.peer().ip(), info.port()) + "/" : info.ip();
        LinkInfo told =
                info.toBuilder()
                        .nonce("")
                        .ip(address)
                        .routeAccount(session.account)
                        .gossipMode(mode.ordinal())
                        .build();
        routes.send(way.route, told.line());
    }

    private static @Nullable RouteSession wayTo(RemoteServer other, String account) {
        RouteSession own = account.isEmpty() ? null : other.of(account);
        return own == null ? other.first() : own;
    }

    // --- hearing

    /** Another server has told of a third one. */
    void onThird(RouteSession from, LinkInfo info) {
        String account = info.routeAccount();
        if (dialing.hasEnded() || !account.isEmpty() && !self.pinned().contains(account)) {
            return;
        }
        RouteUrl url;
        try {
            url = RouteUrl.parse(info.ip());
        } catch (IllegalArgumentException e) {
            log.error(
                    "Error parsing URL from gossip about \"" + Quoted.utf8(info.serverId()) + '"');
            return;
        }
        if (self.isConfigured(url) || self.isConfigured(at(info.host(), info.port()))) {
            return;
        }
        if (info.authRequired()) {
            ClusterOptions options = self.options();
            url = new RouteUrl(url.host(), url.port(), options.username(), options.password());
        }
        RouteTarget target = new RouteTarget(url, false, account, GossipMode.of(info.gossipMode()));
        dialUnlessConnected(info, target);
        LinkInfo teller = from.info;
        boolean simple = teller != null && !self.isPooledWith(teller);
        if (account.isEmpty() && self.isPooledWith(info) && simple) {
            // One that knows no pools doesn't tell of routes of accounts, either.
            for (String each : self.pinned()) {
                dialUnlessConnected(info, target.of(each));
            }
        }
    }

    private void dialUnlessConnected(LinkInfo info, RouteTarget target) {
        RemoteServer known = remotes.get(info.serverId());
        String account = target.account();
        boolean connected =
                known != null
                        && (account.isEmpty() ? known.first() != null : known.of(account) != null);
        if (!connected) {
            dialing.once(target);
        }
    }

    private static RouteUrl at(String host, int port) {
        return new RouteUrl(host, port, "", Secret.NONE);
    }

    // --- mending

    /** Dials for the routes that are missing, and tells one of the others of all the rest. */
    void mend() {
        if (dialing.hasEnded()) {
            return;
        }
        dialing.retryLost();
        List<RemoteServer> all = remotes.all();
        all.forEach(this::complete);
        if (all.size() < 2) {
            return;
        }
        RemoteServer listener = all.get(mended++ % all.size());
        for (RemoteServer each : all) {
            for (RouteSession session : each.sessions()) {
                RouteSession way = wayTo(listener, session.account);
                LinkInfo info = session.info;
                boolean once = !session.account.isEmpty() || session == each.first();
                if (each != listener && way != null && info != null && once) {
                    // The cluster may have another name by now than when this was said.
                    LinkInfo nameless = info.toBuilder().cluster("").clusterDynamic(false).build();
                    tellOf(session, nameless, way, GossipMode.DISABLED);
                }
            }
        }
    }

    /** Dials for the routes that are missing to a server, where it is known how it is reached. */
    private void complete(RemoteServer remote) {
        for (RouteSession session : remote.sessions()) {
            RouteTarget known = session.target;
            if (known == null || session.info == null) {
                continue;
            }
            RouteTarget target = known.heardOf().of("");
            if (remote.firstFree() >= 0) {
                dialing.once(target);
            }
            for (String account :
                    self.isPooledWith(session.info) ? self.pinned() : Set.<String>of()) {
                if (remote.of(account) == null) {
                    dialing.once(target.of(account));
                }
            }
            return;
        }
    }
}
