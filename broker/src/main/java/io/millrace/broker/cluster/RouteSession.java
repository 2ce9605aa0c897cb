package io.millrace.broker.cluster;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouteFacts;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

import java.util.function.LongConsumer;

/** A route and what the mesh knows of it. Routing thread, but for what never changes. */
public final class RouteSession {
    final Route route;

    /** Whether this server has dialed. */
    final boolean solicited;

    /** Where to connect again when it is lost; null if the other server will. */
    @Nullable RouteTarget target;

    /** The server it leads to; null until that is known. */
    @Nullable RemoteServer remote;

    /** What the other server said of itself. */
    @Nullable LinkInfo info;

    /** What it presented to be let in; null if this server has dialed, or it is yet to come. */
    @Nullable RouteConnect said;

    /** How it is encrypted; null if it isn't, or not yet. */
    @Nullable TlsSession tls;

    /** Whether it is chosen how this server compresses. */
    boolean agreed;

    /** How it does. */
    Mode compression = Mode.OFF;

    /** Its place in the pool; -1 for the route of one account. */
    int poolIndex = -1;

    /** The account it carries; empty for one of the pool. */
    String account = "";

    private LongConsumer roundTrips = _ -> {};

    /** Whether it is ended only to be made anew. */
    boolean returnsSoon;

    /** What is due once the other server has answered a PING, and so has taken the route in. */
    @Nullable Runnable onceItWorks;

    /**
     * Makes the session of a new route.
     *
     * @param target what was dialed; null for a route that was accepted
     */
    public RouteSession(Route route, @Nullable RouteTarget target) {
        this.route = route;
        this.target = target;
        this.solicited = target != null;
    }

    /**
     * Has the connection hear of each round trip time.
     *
     * @param hears nanoseconds; called on the routing thread
     */
    public void onRoundTrip(LongConsumer hears) {
        roundTrips = hears;
    }

    void roundTrip() {
        roundTrips.accept(route.peer().rttNs());
    }

    /**
     * Another route to the same server would be dialed there when it is lost: so is this one, too,
     * unless it has somewhere to be dialed already that is at least as good.
     */
    void inherit(@Nullable RouteTarget other) {
        if (target == null || other != null && other.explicit() && !target.explicit()) {
            target = other;
        }
    }

    public Route route() {
        return route;
    }

    /** What the other server presented to be let in; null if this one has dialed. */
    public @Nullable RouteConnect said() {
        return said;
    }

    /** What the log says when it may not stay by what it presented. */
    String authenticationError() {
        return said == null ? "authentication error" : authenticationError(said);
    }

    /** What the log says of a server that presents the wrong thing. */
    public static String authenticationError(RouteConnect said) {
        String user = said.user();
        return "authentication error"
                + (user.isEmpty() ? "" : " - User \"" + Quoted.utf8(user) + '"');
    }

    /** How the route is encrypted; null if it isn't. */
    public @Nullable TlsSession tls() {
        return tls;
    }

    /** How this server compresses what it sends. */
    public Mode compression() {
        return compression;
    }

    /** Whether this server has dialed. */
    public boolean isSolicited() {
        return solicited;
    }

    /** Whether it leads to a configured server. */
    public boolean isConfigured() {
        return target != null && target.explicit();
    }

    /**
     * What monitoring shows of it.
     *
     * @param options what this server wishes of compression
     */
    RouteFacts facts(CompressionOptions options) {
        LinkInfo said = info;
        RemoteServer leadsTo = remote;
        return new RouteFacts(
                leadsTo == null ? "" : leadsTo.id,
                target != null,
                isConfigured(),
                said == null ? null : said.importRules(),
                said == null ? null : said.exportRules(),
                CompressionChoice.used(compression, options, route.peer().rttNs()));
    }

    /** Whether it has its place: the other server is known. */
    public boolean isRegistered() {
        return remote != null;
    }
}
