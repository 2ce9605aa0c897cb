package io.millrace.broker.cluster;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;

/**
 * Which place of the pool a new route takes, or which account it carries. Whoever comes to a place
 * that is taken is turned away; there is no other rule about duplicates. Routing thread.
 */
final class Places {
    /** Routes to one server, whatever it asks for. */
    private static final int MOST_ROUTES = 1_000;

    private final ThisMember self;
    private final Remotes remotes;
    private final ClusterRoutes routes;

    Places(ThisMember self, Remotes remotes, ClusterRoutes routes) {
        this.self = self;
        this.remotes = remotes;
        this.routes = routes;
    }

    /**
     * Finds the place of a route.
     *
     * @param info what the other server said of itself
     * @return whether it has one; if not, it was turned away
     */
    boolean find(RouteSession session, LinkInfo info) {
        RouteTarget target = session.target;
        session.account = target == null ? info.routeAccount() : target.account();
        return session.account.isEmpty() ? inPool(session, info) : ofAccount(session, info);
    }

    private boolean inPool(RouteSession session, LinkInfo info) {
        int slots = self.slotsWith(info);
        if (slots > MOST_ROUTES) {
            refuse(session, "Invalid route pool size: " + slots, CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        RemoteServer remote = remotes.of(info, slots);
        int index = session.solicited ? remote.firstFree() : info.routePoolIdx();
        if (session.solicited && info.routePoolIdx() != 0) {
            refuse(
                    session,
                    "Route pool index should not be set but is set to " + info.routePoolIdx(),
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        if (!session.solicited && (index < 0 || index >= remote.slots())) {
            refuse(
                    session,
                    "Invalid route pool index: "
                            + index
                            + " - pool size is "
                            + info.routePoolSize(),
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        shareTarget(session, remote);
        if (index < 0) {
            routes.debug(
                    session.route,
                    "Route pool size reached, closing extra connection to \"" + remote.id + '"');
        }
        if (index < 0 || remote.at(index) != null) {
            endDuplicate(session, remote);
            return false;
        }
        session.poolIndex = index;
        session.remote = remote;
        return true;
    }

    /** Where one of a server's routes is dialed again when it is lost, all of them are. */
    private static void shareTarget(RouteSession session, RemoteServer remote) {
        for (RouteSession each : remote.pool()) {
            session.inherit(each.target);
        }
        for (RouteSession each : remote.pool()) {
            each.inherit(session.target);
        }
    }

    private boolean ofAccount(RouteSession session, LinkInfo info) {
        String account = session.account;
        String shown = Quoted.utf8(account);
        if (!self.isPooledWith(info)) {
            session.target = null;
            refuse(
                    session,
                    "Not possible to have a dedicated route for account \""
                            + shown
                            + "\" between those servers",
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        if (!routes.hasAccount(account)) {
            refuse(
                    session,
                    "Unable to lookup account \"" + shown + "\": account missing",
                    CloseReason.MISSING_ACCOUNT);
            return false;
        }
        if (!self.pinned().contains(account)) {
            refuse(
                    session,
                    "No route for account \"" + shown + '"',
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        RemoteServer remote = remotes.of(info, self.slotsWith(info));
        RouteSession first = remote.of(account);
        if (first != null) {
            first.inherit(session.target);
            endDuplicate(session, remote);
            return false;
        }
        session.remote = remote;
        return true;
    }

    private void refuse(RouteSession session, String text, CloseReason reason) {
        routes.refuse(session.route, text, reason);
    }

    private void endDuplicate(RouteSession session, RemoteServer remote) {
        routes.debug(session.route, "Detected duplicate remote route \"" + remote.id + '"');
        session.target = null;
        routes.end(session.route, CloseReason.DUPLICATE_ROUTE);
    }
}
