package io.millrace.broker.cluster;

import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.broker.routing.RouteShare;
import io.millrace.protocol.RouteInfo;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * Accounts that get routes of their own while servers run. The one that was configured so asks all
 * others, over the routes that carried the account so far; they agree, and the one of the two that
 * had dialed dials for the account, too. Routing thread.
 *
 * <p>Who has asked or agreed tells nothing more of the account over the route it has said that on.
 * What was told before serves until the account's own route is there.
 */
final class AccountRequests {
    private final Self self;
    private final Remotes remotes;
    private final Dialing dialing;
    private final ClusterRoutes routes;
    private final ServerLog log;

    /** What was asked for, by the id of the request. */
    private final Map<String, String> asked = new HashMap<>();

    private long lastId;

    AccountRequests(
            Self self, Remotes remotes, Dialing dialing, ClusterRoutes routes, ServerLog log) {
        this.self = self;
        this.remotes = remotes;
        this.dialing = dialing;
        this.routes = routes;
        this.log = log;
    }

    /** Asks the others for an account; called before the accounts are shared anew. */
    void ask(String account) {
        if (!self.options().isPooled()) {
            return;
        }
        int poolSize = self.options().poolSize();
        String id = self.info().serverId() + '-' + ++lastId;
        asked.values().remove(account);
        asked.put(id, account);
        RouteInfo request =
                RouteInfo.builder()
                        .routePoolSize(poolSize)
                        .routeAccount(account)
                        .routeAccAddReqId(id)
                        .build();
        for (RemoteServer remote : remotes.all()) {
            RouteSession session = remote.at(RouteShare.poolIndex(account, poolSize));
            if (session != null && session.info != null && self.isPooledWith(session.info)) {
                routes.send(session.route, request.line());
            }
        }
    }

    /** Another server asks, or, without the name of the account, agrees. */
    void onRequest(RouteSession session, RouteInfo request) {
        RouteInfo said = session.info;
        if (said == null || !self.isPooledWith(said)) {
            return;
        }
        String account = request.routeAccount();
        if (account.isEmpty()) {
            onOwnRoute(session, asked.get(request.routeAccAddReqId()));
        } else if (!routes.hasAccount(account)) {
            log.error("Error looking up account \"" + Quoted.utf8(account) + "\": account missing");
        } else {
            if (self.pinned().add(account)) {
                routes.share(self.options().poolSize(), self.pinned());
            }
            routes.send(session.route, request.toBuilder().routeAccount("").build().line());
            onOwnRoute(session, account);
        }
    }

    private void onOwnRoute(RouteSession session, @Nullable String account) {
        RemoteServer remote = session.remote;
        if (account == null || remote == null) {
            return;
        }
        RouteTarget target = session.target;
        if (remote.of(account) != null) {
            routes.forget(session.route, account);
        } else if (session.solicited && target != null) {
            dialing.now(target.of(account));
        }
    }
}
