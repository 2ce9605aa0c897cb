package io.millrace.broker.cluster;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;

/**
 * Accounts that get routes of their own while servers run. The one that was configured so asks all
 * others, over the routes that carried the account so far; they agree, ask all others in their
 * turn, and the account's routes are dialed. Routing thread.
 *
 * <p>Who asks tells nothing more of the account over the route it asks on. What it told before
 * serves until the account's own route is there, and is forgotten once both have happened.
 */
final class AccountRequests {
    private final ThisMember self;
    private final Remotes remotes;
    private final Dialing dialing;
    private final ClusterRoutes routes;
    private final ServerLog log;

    AccountRequests(
            ThisMember self,
            Remotes remotes,
            Dialing dialing,
            ClusterRoutes routes,
            ServerLog log) {
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
        LinkInfo request =
                LinkInfo.builder()
                        .routePoolSize(poolSize)
                        .routeAccount(account)
                        .routeAccAddReqId(idPrefix() + account)
                        .build();
        for (RemoteServer remote : remotes.all()) {
            RouteSession session = remote.at(RouteShare.poolIndex(account, poolSize));
            if (session != null && session.info != null && self.isPooledWith(session.info)) {
                routes.send(session.route, request.line());
            }
        }
    }

    private String idPrefix() {
        return self.info().serverId() + '-';
    }

    /** Another server asks, or, without the name of the account, agrees. */
    void onRequest(RouteSession session, LinkInfo request) {
        LinkInfo said = session.info;
        if (said == null || !self.isPooledWith(said)) {
            return;
        }
        String account = request.routeAccount();
        String id = request.routeAccAddReqId();
        if (account.isEmpty()) {
            if (id.startsWith(idPrefix())) {
                onAgreed(session, id.substring(idPrefix().length()));
            }
        } else if (!routes.hasAccount(account)) {
            log.error("Error looking up account \"" + Quoted.utf8(account) + "\": account missing");
        } else {
            if (!self.pinned().contains(account)) {
                ask(account);
                self.pin(account);
                routes.share(self.options().poolSize(), self.pinned());
            }
            routes.send(session.route, request.toBuilder().routeAccount("").build().line());
            onAsked(session, account);
        }
    }

    private void onAgreed(RouteSession session, String account) {
        RouteTarget target = session.target;
        if (!forget(session, account) && target != null && self.pinned().contains(account)) {
            dialing.once(target.of(account));
        }
    }

    /** The one that has asked dials, if it knows where to; if it doesn't, the other one has to. */
    private void onAsked(RouteSession session, String account) {
        RouteTarget target = session.target;
        if (!forget(session, account) && session.solicited && target != null) {
            dialing.later(target.heardOf().of(account));
        }
    }

    /** Forgets what the account's own route tells, if there is one. */
    private boolean forget(RouteSession session, String account) {
        RemoteServer remote = session.remote;
        boolean hasOwn = remote != null && remote.of(account) != null;
        if (hasOwn) {
            routes.forget(session.route, account);
        }
        return hasOwn;
    }
}
