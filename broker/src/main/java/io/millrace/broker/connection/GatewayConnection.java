package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.gateway.GatewaySession;
import io.millrace.broker.gateway.GatewayTarget;
import io.millrace.broker.gateway.SuperCluster;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectParser.MalformedConnectException;
import io.millrace.protocol.GatewayParser;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.LinkInfo.MalformedInfoException;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.RouteConnect;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * A gateway: the connection to a server of another cluster, whichever of the two has dialed. What
 * is said on it is the {@link SuperCluster}'s to decide.
 */
public final class GatewayConnection implements LinkKind, HandshakeListener {
    private final SuperCluster clusters;
    private final Supplier<GatewayTerms> currentTerms;
    private final ServerLogin login;
    private final IoLoop loop;
    private final Link link;
    private final GatewaySession session;

    /**
     * Makes the connection of a channel.
     *
     * @param id number of the connection in its server
     * @param currentTerms what holds when it asks
     * @param target what was dialed; null if the other server has
     * @param authentication where proofs that take time are made
     */
    public GatewayConnection(
            Channel channel,
            long id,
            IoLoop loop,
            ChunkPool chunks,
            Supplier<GatewayTerms> currentTerms,
            @Nullable GatewayTarget target,
            SuperCluster clusters,
            Authentication authentication,
            ServerLog log) {
        this.currentTerms = currentTerms;
        this.clusters = clusters;
        this.loop = loop;
        ConnectionLimits limits = currentTerms.get().limits();
        link = new Link(channel, Origin.of(channel.remoteAddress()), loop, chunks, limits, log);
        boolean outbound = target != null;
        Gateway gateway =
                new Gateway(
                        id,
                        link.origin().ip(),
                        link.origin().port(),
                        outbound,
                        link,
                        link.outbound());
        session = new GatewaySession(gateway, target);
        login =
                new ServerLogin(
                        link,
                        () -> currentTerms.get().login(),
                        authentication,
                        (said, _, _) -> admit(said));
        // Another server is never held back: it would hold back all its clients.
        link.begin(
                this,
                gateway,
                new GatewayParser(limits.maxControlLineBytes(), limits.maxPayloadBytes()),
                new Manners(outbound, !outbound, PingPolicy.ROUTE, false));
    }

    /** What goes into the channel's pipeline. */
    public Link link() {
        return link;
    }

    @Override
    public void opened() {
        open();
    }

    private void open() {
        loop.command(_ -> clusters.onOpen(session));
        link.keepAlive().ready(System.nanoTime());
    }

    // --- the way into TLS

    @Override
    public void handshakeBegins() {
        loop.command(_ -> clusters.onHandshake(session));
    }

    @Override
    public void handshakeFailed(String cause) {
        link.hearNoMore();
        loop.command(router -> router.gateways().onHandshakeFailed(session.gateway(), cause));
    }

    @Override
    public void secured(TlsSession agreed) {
        login.secured(agreed);
        loop.command(_ -> clusters.onSecured(session, agreed));
        open();
    }

    @Override
    public void ended(CloseReason why) {
        loop.command(_ -> clusters.onClosed(session, why));
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        loop.command(router -> router.gateways().onSaid(session.gateway(), json.length));
        try {
            return op == Op.INFO ? info(LinkInfo.parse(json)) : connect(json);
        } catch (MalformedConnectException | MalformedInfoException e) {
            return link.refuse(
                    ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
    }

    private Inbound.Next info(LinkInfo info) {
        link.keepAlive().connected(System.nanoTime());
        loop.command(_ -> clusters.onInfo(session, info));
        return Inbound.Next.GO_ON;
    }

    private Inbound.Next connect(byte[] json) throws MalformedConnectException {
        link.traceConnect(json);
        RouteConnect said = RouteConnect.parse(json);
        return session.isOutbound() ? Inbound.Next.GO_ON : login.judge(said);
    }

    private Inbound.Next admit(RouteConnect said) {
        if (said.gateway().isEmpty()) {
            String text = ProtocolError.GATEWAY_PORT.text();
            return link.refuse(ProtocolError.GATEWAY_PORT, CloseReason.INCORRECT_PORT, text);
        }
        link.inbound().admit();
        link.keepAlive().letIn();
        loop.command(_ -> clusters.onConnect(session, said));
        return Inbound.Next.GO_ON;
    }

    @Override
    public boolean speaksUnasked() {
        link.unauthorized("authentication error");
        return false;
    }

    @Override
    public void reconfigure() {
        loop.execute(() -> link.use(currentTerms.get().limits()));
    }
}
