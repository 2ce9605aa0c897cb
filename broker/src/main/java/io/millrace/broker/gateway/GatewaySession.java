package io.millrace.broker.gateway;

import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

/** A gateway and what is known of it. Routing thread, but for what never changes. */
public final class GatewaySession {
    final Gateway gateway;

    /** What was dialed; null if the other server has. */
    final @Nullable GatewayTarget target;

    /** The cluster that was dialed; null if the other server has, or it is none any more. */
    @Nullable RemoteCluster remote;

    /** What the other server presented to be let in; null if this one has dialed. */
    @Nullable RouteConnect said;

    /** What the other server said of itself first; null before. */
    @Nullable LinkInfo info;

    /** How it is encrypted; null if it isn't, or not yet. */
    @Nullable TlsSession tls;

    /** Whether messages and interest cross it. */
    boolean joined;

    /** Whether another is made when it is lost. */
    boolean returns = true;

    /**
     * Makes the session of a new gateway.
     *
     * @param target what was dialed; null if the other server has
     */
    public GatewaySession(Gateway gateway, @Nullable GatewayTarget target) {
        this.gateway = gateway;
        this.target = target;
    }

    public Gateway gateway() {
        return gateway;
    }

    /** Whether this server has dialed. */
    public boolean isOutbound() {
        return gateway.outbound;
    }

    /** How it is encrypted; null if it isn't. */
    public @Nullable TlsSession tls() {
        return tls;
    }

    /** The name of the cluster it leads to; empty while that isn't known. */
    String cluster() {
        GatewayTarget dialed = target;
        if (dialed != null) {
            return dialed.cluster();
        }
        LinkInfo known = info;
        return known == null ? "" : known.gateway();
    }

    GatewayFacts facts(boolean configured) {
        LinkInfo known = info;
        return new GatewayFacts(
                cluster(), known == null ? "" : known.serverId(), configured, joined, tls);
    }
}
