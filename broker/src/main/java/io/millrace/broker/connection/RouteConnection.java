package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.cluster.CompressionChoice;
import io.millrace.broker.cluster.Mesh;
import io.millrace.broker.cluster.RouteSession;
import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.config.cluster.CompressionOptions;
import io.millrace.broker.config.cluster.CompressionOptions.Mode;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.Redaction;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectParser.MalformedConnectException;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.RouteConnect;
import io.millrace.protocol.RouteInfo;
import io.millrace.protocol.RouteInfo.MalformedInfoException;
import io.millrace.protocol.RouteParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A route: the connection to another server of the cluster, whichever of the two has dialed. What
 * is said on it is the {@link Mesh}'s to decide.
 */
public final class RouteConnection extends LinkConnection implements HandshakeListener {
    /** The first byte of {@code -ERR}, which no compressed stream begins with. */
    private static final byte ERROR_BEGINS = '-';

    private final Mesh mesh;
    private final Supplier<RouteTerms> currentTerms;
    private final Authentication authentication;
    private final RouteSession session;
    private final RouteParser parser;
    private final Inbound inbound;
    private final KeepAlive keepAlive;
    private final CompressedWrites compressedWrites;

    /** What is read from is decompressed; null while it isn't. */
    private @Nullable CompressedReads compressedReads;

    /** Whether anything was read since that is so. */
    private boolean heardCompressed;

    /** What both servers have agreed upon, or a reload has brought since; null before. */
    private volatile @Nullable Mode chosen;

    /** Whether the other server has said what it wishes. */
    private boolean introduced;

    private final long openedNs = System.nanoTime();
    private @Nullable TlsSession tls;

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
        super(channel, loop, chunks, currentTerms.get().limits(), log);
        this.currentTerms = currentTerms;
        compressedWrites = new CompressedWrites(loop);
        this.mesh = mesh;
        RouteTerms terms = currentTerms.get();
        this.authentication = authentication;
        Route route = new Route(id, origin.ip(), origin.port(), this, outbound);
        session = new RouteSession(route, target);
        session.onRoundTrip(this::adapt);
        parser = new RouteParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        parser.oneAccount(target != null && !target.account().isEmpty());
        inbound = new Inbound(loop, route, parser, this, target != null);
        boolean mustConnect = target == null && terms.login().isRequired();
        keepAlive =
                new KeepAlive(
                        loop,
                        route.peer(),
                        limits,
                        mustConnect,
                        PingPolicy.ROUTE,
                        System.nanoTime());
    }

    @Override
    Peer peer() {
        return session.route().peer();
    }

    @Override
    Inbound inbound() {
        return inbound;
    }

    @Override
    KeepAlive keepAlive() {
        return keepAlive;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open();
    }

    private void open() {
        loop.command(_ -> mesh.onOpen(session));
        keepAlive.ready(System.nanoTime());
    }

    // --- the way into TLS

    @Override
    public void handshakeBegins() {
        loop.command(_ -> mesh.onHandshake(session));
    }

    @Override
    public void handshakeFailed(String cause) {
        hearNoMore();
        loop.command(router -> router.routes().onHandshakeFailed(session.route(), cause));
    }

    @Override
    public void secured(TlsSession agreed) {
        tls = agreed;
        loop.command(_ -> mesh.onSecured(session, agreed));
        open();
    }

    @Override
    void ended(CloseReason why) {
        if (compressedReads != null) {
            compressedReads.release();
        }
        loop.command(_ -> mesh.onClosed(session, why));
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        loop.command(router -> router.routes().onSaid(session.route(), json.length));
        try {
            return op == Op.INFO ? info(RouteInfo.parse(json)) : connect(json);
        } catch (MalformedConnectException | MalformedInfoException e) {
            return refuse(ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
    }

    private Inbound.Next info(RouteInfo info) {
        boolean first = !introduced;
        if (first) {
            introduced = true;
            chosen =
                    CompressionChoice.of(
                            currentTerms.get().compression().mode(), info.compression());
            if (!session.isSolicited()) {
                parser.oneAccount(!info.routeAccount().isEmpty());
            }
        }
        Mode agreed = chosen;
        boolean compressed = agreed != null && CompressionChoice.isOn(agreed);
        if (compressed && first) {
            readCompressed();
        }
        if (compressed && first != session.isSolicited()) {
            writeCompressed(agreed);
        }
        if (!(compressed && first)) {
            keepAlive.connected(System.nanoTime());
        }
        loop.command(_ -> mesh.onInfo(session, info, agreed));
        return Inbound.Next.GO_ON;
    }

    // --- compression

    private void readCompressed() {
        CompressedReads reads = new CompressedReads(new Decompressed(), loop.decompression());
        if (session.isSolicited()) {
            reads.trust();
        }
        compressedReads = reads;
        channel.config().setAllocator(ByteBufAllocator.DEFAULT);
    }

    private final class Decompressed implements CompressedReads.Reader {
        @Override
        public void accept(ByteBuf piece) {
            inbound.read(piece);
        }

        @Override
        public boolean waits() {
            return isStarved();
        }

        @Override
        public void starved() {
            RouteConnection.this.starved();
        }

        @Override
        public void holds(int bytes) {
            loop.charge(peer().debtor(), Debt.DECOMPRESSION, bytes);
        }
    }

    private void writeCompressed(Mode mode) {
        if (!compressedWrites.isOn()) {
            compress(mode, System.nanoTime() - openedNs);
        }
    }

    private void compress(Mode mode, long roundTripNs) {
        CompressionOptions options = currentTerms.get().compression();
        compressedWrites.use(CompressionChoice.level(mode, options, roundTripNs));
    }

    /** The round trip time is known better. Routing thread. */
    private void adapt(long roundTripNs) {
        if (chosen == Mode.S2_AUTO && compressedWrites.isOn()) {
            compress(Mode.S2_AUTO, roundTripNs);
        }
    }

    /** What stands between this and the channel, to compress what is written. */
    public ChannelHandler writes() {
        return compressedWrites;
    }

    @Override
    void read(ByteBuf bytes) {
        if (compressedReads != null && !heardCompressed) {
            heardCompressed = true;
            if (bytes.getByte(bytes.readerIndex()) == ERROR_BEGINS) {
                // It has turned us away before it began to compress.
                compressedReads = null;
            }
        }
        CompressedReads reads = compressedReads;
        if (reads == null) {
            inbound.read(bytes);
            return;
        }
        try {
            reads.read(bytes);
        } catch (CorruptStreamException e) {
            damaged(e);
        }
    }

    @Override
    void resumed() {
        CompressedReads reads = compressedReads;
        if (reads != null) {
            try {
                reads.goOn();
            } catch (CorruptStreamException e) {
                damaged(e);
            }
        }
    }

    private void damaged(CorruptStreamException fault) {
        refuse(ProtocolError.MALFORMED, CloseReason.READ_ERROR, "s2: " + fault.getMessage());
    }

    private Inbound.Next connect(byte[] json) throws MalformedConnectException {
        if (log.traceEnabled()) {
            String shown = Redaction.connect(new String(json, StandardCharsets.UTF_8));
            loop.command(router -> router.onTrace(peer(), "CONNECT " + shown));
        }
        RouteConnect said = RouteConnect.parse(json);
        if (session.isSolicited()) {
            return Inbound.Next.GO_ON;
        }
        X509Certificate certificate =
                Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate).orElse(null);
        RouteLogin rules = currentTerms.get().login();
        return switch (rules.judge(said, certificate)) {
            case Verdict.Admitted _ -> admit(said, certificate, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved ->
                    prove(
                            authentication,
                            unproved,
                            () -> admit(said, certificate, rules),
                            () -> turnAway(said, "The proof doesn't hold"));
        };
    }

    private Inbound.Next admit(
            RouteConnect said, @Nullable X509Certificate certificate, RouteLogin rules) {
        if (!said.account().isEmpty() || said.newAccount()) {
            return turnAway(said, "account is not the server's to choose");
        }
        if (!said.lang().isEmpty()) {
            String text = ProtocolError.ROUTE_PORT.text();
            return refuse(ProtocolError.ROUTE_PORT, CloseReason.INCORRECT_PORT, text);
        }
        inbound.admit();
        keepAlive.letIn();
        if (compressedReads != null) {
            compressedReads.trust();
        }
        loop.command(_ -> mesh.onConnect(session, said));
        RouteLogin now = currentTerms.get().login();
        if (now != rules && !now.stillAdmits(rules, said, certificate)) {
            // The mesh may have looked at who is let in before it heard of this one.
            return turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    /**
     * Another server isn't who it says, or didn't say it.
     *
     * @param why for the debug log; without secrets
     */
    private Inbound.Next turnAway(RouteConnect said, String why) {
        loop.command(router -> router.onRefusal(peer(), why));
        return refuse(
                ProtocolError.AUTHORIZATION_VIOLATION,
                CloseReason.AUTHENTICATION_FAILURE,
                RouteSession.authenticationError(said));
    }

    @Override
    public boolean speaksUnasked() {
        refuse(
                ProtocolError.AUTHORIZATION_VIOLATION,
                CloseReason.AUTHENTICATION_FAILURE,
                "authentication error");
        return false;
    }

    // --- what the router asks (on its thread)

    /** Another server is never held back: it would hold back all its clients. */
    @Override
    public boolean stall(OutboundQueue slow, long untilBytes) {
        return false;
    }

    @Override
    public void reconfigure() {
        if (session.isRegistered() && compressedWrites.isOn()) {
            Mode mode = session.compression();
            chosen = mode;
            compress(mode, session.route().peer().rttNs());
        }
        loop.execute(() -> use(currentTerms.get().limits()));
    }
}
