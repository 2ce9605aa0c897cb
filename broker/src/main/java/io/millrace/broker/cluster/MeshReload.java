package io.millrace.broker.cluster;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Clients;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.broker.routing.Router;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Takes over other options while routes are up. As in the reference, routes stay where they can:
 * what another compression level or other permissions mean for them is told or done on the spot,
 * while those of a pool of another size are made anew. Routing thread.
 */
final class MeshReload {
    private final ThisMember self;
    private final Remotes remotes;
    private final Dialing dialing;
    private final ClientUrls clientUrls;
    private final AccountRequests accountRequests;
    private final ClusterRoutes routes;
    private final Clients clients;
    private final Router router;
    private final ServerLog log;

    MeshReload(
            ThisMember self,
            Remotes remotes,
            Dialing dialing,
            ClientUrls clientUrls,
            AccountRequests accountRequests,
            Router router,
            ServerLog log) {
        this.self = self;
        this.remotes = remotes;
        this.dialing = dialing;
        this.clientUrls = clientUrls;
        this.accountRequests = accountRequests;
        this.router = router;
        this.routes = router.routes();
        this.clients = router.clients();
        this.log = log;
    }

    /**
     * Takes over other options. In this order: others are asked for accounts by the old ones;
     * routes are ended before the accounts are shared among those that stay; connections take over
     * what holds for them once that is settled; and what is new is dialed last.
     *
     * @param info what this server says of itself by them
     * @param sessions all routes
     * @param unwelcome why a route can't stay; null if it can
     */
    void run(
            ClusterOptions options,
            LinkInfo info,
            Collection<RouteSession> sessions,
            Function<RouteSession, @Nullable CloseReason> unwelcome) {
        ClusterOptions before = self.options();
        String nameBefore = self.cluster().name();
        List<String> added = without(options.accounts(), before.accounts());
        List<String> pinnedBefore = List.copyOf(self.pinned());
        added.forEach(accountRequests::ask);
        self.use(options, info);

        if (!self.cluster().name().equals(nameBefore)) {
            log.info("Cluster name updated to " + Quoted.utf8(self.cluster().name()));
            clients.onClusterName(self.cluster().name());
        }
        for (RouteSession session : sessions) {
            review(session, unwelcome.apply(session), before);
        }
        without(before.routes(), options.routes()).forEach(url -> remove(url, sessions));
        if (!Objects.equals(before.permissions(), options.permissions())) {
            remotes.sessions().forEach(each -> routes.send(each.route, self.info().line()));
            routes.permit(options.permissions());
        }
        if (before.poolSize() != options.poolSize()) {
            remotes.all().forEach(remote -> remote.pool().forEach(this::renew));
        }
        without(pinnedBefore, List.copyOf(self.pinned())).forEach(this::endRoutesOf);
        routes.share(options.poolSize(), self.pinned());
        if (before.noAdvertise() != options.noAdvertise()) {
            remotes.all().forEach(this::learnAgain);
        }
        clientUrls.tell();
        routes.reconfigure(options.pingMax());

        dialing.configured(without(options.routes(), before.routes()));
        List<RouteUrl> kept = new ArrayList<>(options.routes());
        kept.retainAll(before.routes());
        added.forEach(account -> dialFor(account, kept));
    }

    /**
     * Dials all for an account that has got its own routes. Those that are asked have agreed by
     * then, and those that can't be asked just now are back; a route too many is turned away.
     */
    private void dialFor(String account, List<RouteUrl> configured) {
        for (RouteUrl url : configured) {
            dialing.later(RouteTarget.configured(url, account));
        }
        for (RemoteServer remote : remotes.all()) {
            RouteSession first = remote.first();
            RouteTarget target = first == null ? null : first.target;
            if (target != null && !target.explicit()) {
                dialing.later(target.of(account));
            }
        }
    }

    private static <T> List<T> without(List<T> all, List<T> others) {
        List<T> rest = new ArrayList<>(all);
        rest.removeAll(others);
        return rest;
    }

    private void review(
            RouteSession session, @Nullable CloseReason unwelcome, ClusterOptions before) {
        ClusterOptions options = self.options();
        if (session.route.peer().isClosing()) {
            return;
        }
        if (unwelcome == CloseReason.AUTHENTICATION_FAILURE) {
            session.target = null;
            router.onError(
                    session.route.peer(),
                    ProtocolError.AUTHORIZATION_VIOLATION,
                    unwelcome,
                    session.authenticationError());
        } else if (unwelcome != null) {
            routes.end(session.route, unwelcome);
        } else if (session.remote == null && !options.equals(before)) {
            // Half of what was said already would be by the old options.
            renew(session);
        } else if (before.compression().mode() != options.compression().mode()) {
            compress(session, options.compression().mode());
        }
    }

    /** Compresses another way, if the other server needn't be asked about it. */
    private void compress(RouteSession session, Mode mode) {
        Mode current = session.compression;
        if (CompressionChoice.isOn(current) && CompressionChoice.isOn(mode)) {
            session.compression = mode;
        } else if (current != mode && current != Mode.NOT_SUPPORTED) {
            session.returnsSoon = true;
            routes.end(session.route, CloseReason.CLIENT_CLOSED);
        }
    }

    private void renew(RouteSession session) {
        session.returnsSoon = true;
        routes.end(session.route, CloseReason.ROUTE_REMOVED);
    }

    private void remove(RouteUrl url, Collection<RouteSession> sessions) {
        for (RouteSession session : sessions) {
            RouteTarget target = session.target;
            if (target != null && target.explicit() && target.url().equals(url)) {
                session.target = null;
                routes.end(session.route, CloseReason.ROUTE_REMOVED);
                log.info("Removed route " + url);
            }
        }
    }

    private void endRoutesOf(String account) {
        for (RemoteServer remote : remotes.all()) {
            RouteSession session = remote.of(account);
            if (session != null) {
                session.target = null;
                routes.end(session.route, CloseReason.ROUTE_REMOVED);
            }
        }
    }

    private void learnAgain(RemoteServer remote) {
        clientUrls.forget(remote);
        RouteSession first = remote.first();
        if (first != null && first.info != null) {
            clientUrls.learn(remote, first.info);
        }
    }
}
