package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.cluster.Mesh;
import io.millrace.broker.cluster.RouteSession;
import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectParser.MalformedConnectException;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.LinkInfo.MalformedInfoException;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.RouteConnect;
import io.millrace.protocol.RouteParser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.function.Supplier;

/**
 * A route: the connection to another server of the cluster, whichever of the two has dialed. What
 * is said on it is the {@link Mesh}'s to decide.
 */
public final class RouteConnection implements LinkKind, HandshakeListener {
    private final Mesh mesh;
    private final Supplier<RouteTerms> currentTerms;
    private final ServerLogin login;
    private final IoLoop loop;
    private final Link link;
    private final RouteSession session;
    private final RouteParser parser;
    private final LinkCompression compression;

    /** Whether the other server has said what it wishes. */
    private boolean introduced;

    /**
     * Makes the connection of a channel.
     *
     * @param id number of the connection in its server
     * @param currentTerms what holds when it asks
     * @param target what was dialed; null if the other server has
     * @param authentication where proofs that take time are made
     */
    public RouteConnection(
            Channel channel,
            long id,
            IoLoop loop,
            ChunkPool chunks,
            Supplier<RouteTerms> currentTerms,
            @Nullable RouteTarget target,
            Mesh mesh,
            Authentication authentication,
            ServerLog log) {
        this.currentTerms = currentTerms;
        this.mesh = mesh;
        this.loop = loop;
        RouteTerms terms = currentTerms.get();
        ConnectionLimits limits = terms.limits();
        link = new Link(channel, Origin.of(channel.remoteAddress()), loop, chunks, limits, log);
        Route route =
                new Route(id, link.origin().ip(), link.origin().port(), link, link.outbound());
        session = new RouteSession(route, target);
        parser = new RouteParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        parser.oneAccount(target != null && !target.account().isEmpty());
        compression =
                new LinkCompression(link, target != null, () -> currentTerms.get().compression());
        session.onRoundTrip(compression::adapt);
        login =
                new ServerLogin(
                        link, () -> currentTerms.get().login(), authentication, this::admit);
        // Another server is never held back: it would hold back all its clients.
        link.begin(
                this,
                route,
                parser,
                new Manners(
                        target != null,
                        target == null && terms.login().isRequired(),
                        PingPolicy.ROUTE,
                        false));
    }

    /** What goes into the channel's pipeline, behind {@link #writes}. */
    public Link link() {
        return link;
    }

    /** What stands between the link and the channel, to compress what is written. */
    public ChannelHandler writes() {
        return compression.writes();
    }

    @Override
    public void opened() {
        open();
    }

    private void open() {
        loop.command(_ -> mesh.onOpen(session));
        link.keepAlive().ready(System.nanoTime());
    }

    // --- the way into TLS

    @Override
    public void handshakeBegins() {
        loop.command(_ -> mesh.onHandshake(session));
    }

    @Override
    public void handshakeFailed(String cause) {
        link.hearNoMore();
        loop.command(router -> router.routes().onHandshakeFailed(session.route(), cause));
    }

    @Override
    public void secured(TlsSession agreed) {
        login.secured(agreed);
        loop.command(_ -> mesh.onSecured(session, agreed));
        open();
    }

    @Override
    public void ended(CloseReason why) {
        loop.command(_ -> mesh.onClosed(session, why));
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        loop.command(router -> router.routes().onSaid(session.route(), json.length));
        try {
            return op == Op.INFO ? info(LinkInfo.parse(json)) : connect(json);
        } catch (MalformedConnectException | MalformedInfoException e) {
            return link.refuse(
                    ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
    }

    private Inbound.Next info(LinkInfo info) {
        boolean first = !introduced;
        if (first) {
            introduced = true;
            compression.choose(info.compression());
            if (!session.isSolicited()) {
                parser.oneAccount(!info.routeAccount().isEmpty());
            }
        }
        Mode agreed = compression.chosen();
        if (!compression.begin(first, agreed)) {
            link.keepAlive().connected(System.nanoTime());
        }
        loop.command(_ -> mesh.onInfo(session, info, agreed));
        return Inbound.Next.GO_ON;
    }

    private Inbound.Next connect(byte[] json) throws MalformedConnectException {
        link.traceConnect(json);
        RouteConnect said = RouteConnect.parse(json);
        return session.isSolicited() ? Inbound.Next.GO_ON : login.judge(said);
    }

    private Inbound.Next admit(
            RouteConnect said, @Nullable X509Certificate certificate, RouteLogin rules) {
        if (!said.lang().isEmpty()) {
            String text = ProtocolError.ROUTE_PORT.text();
            return link.refuse(ProtocolError.ROUTE_PORT, CloseReason.INCORRECT_PORT, text);
        }
        link.admit();
        link.keepAlive().letIn();
        loop.command(_ -> mesh.onConnect(session, said));
        RouteLogin now = currentTerms.get().login();
        if (now != rules && !now.stillAdmits(rules, said, certificate)) {
            // The mesh may have looked at who is let in before it heard of this one.
            return login.turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    @Override
    public boolean speaksUnasked() {
        link.unauthorized("authentication error");
        return false;
    }

    @Override
    public void reconfigure() {
        if (session.isRegistered()) {
            compression.reconfigure(session.compression(), session.route().peer().rttNs());
        }
        loop.execute(() -> link.use(currentTerms.get().limits()));
    }
}
