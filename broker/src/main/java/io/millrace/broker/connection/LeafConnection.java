package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.ConnectionType;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.leaf.LeafSession;
import io.millrace.broker.leaf.LeafTarget;
import io.millrace.broker.leaf.LeafTopology;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafUser;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ConnectParser.MalformedConnectException;
import io.millrace.protocol.LeafConnect;
import io.millrace.protocol.LeafParser;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.LinkInfo.MalformedInfoException;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A leaf node connection, whichever side has dialed: who says what until messages cross it. What
 * comes of that is the {@link LeafTopology}'s to decide. Belongs to its I/O loop.
 *
 * <p>Who has dialed may say one INFO, if there is compression to agree upon, and one CONNECT;
 * anything else, or either of them twice, ends the connection before it is let in.
 */
public final class LeafConnection implements LinkKind, Greeted, HandshakeListener {
    /** How long a server may take to answer a CONNECT, as in the reference. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    /** As in the reference: the spoke is asked seldom, the hub at every interval. */
    private static final PingPolicy TO_SPOKE = new PingPolicy(1_000_000_000L, true);

    /** Secures a connection on which the other side has demanded it. */
    @FunctionalInterface
    public interface Upgrade {
        /** Begins the handshake; what becomes of it is told as of one that comes first. */
        void begin(HandshakeListener connection);
    }

    private final LeafTopology topology;
    private final Supplier<LeafRules> currentRules;
    private final Authentication authentication;
    private final Upgrade upgrade;
    private final IoLoop loop;
    private final Link link;
    private final LeafSession session;
    private final @Nullable LeafTarget target;
    private final LinkCompression compression;

    /** Whether the other side has said what it wishes. */
    private boolean introduced;

    /** Whether this side has presented itself, or the other one, whichever has dialed. */
    private boolean presented;

    /** What was agreed upon when the WebSocket was opened that it is inside of; null for none. */
    private volatile @Nullable WebSocketHandshake webSocket;

    /** Whether what was dialed is yet to become a WebSocket. */
    private boolean opensWebSocket;

    private @Nullable TlsSession tls;

    /** What was said before TLS, and counts behind it. */
    private @Nullable LinkInfo beforeTls;

    /** Until when the other side must have said what it has to. */
    private final TimeLimit limit = new TimeLimit();

    /** The account that it is in, as far as this end knows. */
    private String account = "";

    /**
     * Makes the connection of a channel.
     *
     * @param id number of the connection in its server
     * @param currentRules what holds when it asks
     * @param target what was dialed; null if the other side has
     * @param accepted what was agreed upon if the other side has dialed by WebSocket; null
     *     otherwise
     * @param authentication where proofs that take time are made
     * @param upgrade secures it, if the other side was dialed and demands that
     */
    public LeafConnection(
            Channel channel,
            long id,
            IoLoop loop,
            ChunkPool chunks,
            Supplier<LeafRules> currentRules,
            @Nullable LeafTarget target,
            @Nullable WebSocketHandshake accepted,
            LeafTopology topology,
            Authentication authentication,
            Upgrade upgrade,
            ServerLog log) {
        this.currentRules = currentRules;
        this.topology = topology;
        this.authentication = authentication;
        this.upgrade = upgrade;
        this.target = target;
        this.webSocket = accepted;
        this.opensWebSocket = target != null && target.url().isWebSocket();
        this.loop = loop;
        boolean solicited = target != null;
        ConnectionLimits limits = limitsFor(currentRules.get());
        boolean framed = opensWebSocket || accepted != null;
        Origin origin =
                framed
                        ? Origin.ofWebSocket(
                                (InetSocketAddress) channel.remoteAddress(),
                                accepted == null ? "" : accepted.forwardedFor())
                        : Origin.of(channel.remoteAddress());
        link = new Link(channel, origin, loop, chunks, limits, log);
        int channelBytes = framed ? WebSocketConnection.FRAMES_BYTES : 0;
        Leaf leaf = new Leaf(id, origin.remote(channelBytes), link, link.outbound());
        session = new LeafSession(leaf, target, solicited ? "" : authentication.serverNonce());
        session.deflates(accepted != null && accepted.compressed());
        compression = new LinkCompression(link, solicited, this::wishes);
        session.onRoundTrip(compression::adapt);
        LeafParser parser = new LeafParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        link.begin(
                this,
                leaf,
                parser,
                new Manners(solicited, !solicited, solicited ? PingPolicy.ROUTE : TO_SPOKE, false));
        link.inbound().expectInfo(!solicited && mayCompress());
    }

    private ConnectionLimits limitsFor(LeafRules rules) {
        // There are deadlines of its own where this side has dialed.
        return target == null
                ? rules.limits().within(rules.login().limits(account))
                : rules.limits().patient();
    }

    private CompressionOptions wishes() {
        WebSocketHandshake frames = webSocket;
        if (frames != null && frames.compressed()) {
            // Twice gains nothing.
            return CompressionOptions.of(Mode.OFF);
        }
        return target == null
                ? currentRules.get().compression()
                : target.remote().options().compression();
    }

    private boolean mayCompress() {
        Mode mode = wishes().mode();
        return mode != Mode.OFF && mode != Mode.NOT_SUPPORTED;
    }

    @Override
    public Link link() {
        return link;
    }

    /** What stands between the link and the channel, to compress what is written. */
    public ChannelHandler writes() {
        return compression.writes();
    }

    // --- how it begins

    @Override
    public void opened() {
        open();
        ready();
    }

    @Override
    public void open() {
        loop.command(_ -> topology.onOpen(session));
    }

    @Override
    public void openSilently() {
        loop.command(_ -> topology.onOpenSilently(session));
    }

    @Override
    public void greet() {
        loop.command(_ -> topology.greet(session));
    }

    @Override
    public void ready() {
        link.keepAlive().ready(System.nanoTime());
        LeafTarget dialed = target;
        if (dialed != null && !introduced) {
            LeafRemote remote = dialed.remote().options();
            expectWithin(remote.firstInfoTimeout(), CloseReason.READ_ERROR, "");
        }
    }

    /**
     * The other side has so much time.
     *
     * @param says what it is told when that is over; empty for nothing
     */
    private void expectWithin(Duration time, CloseReason otherwise, String says) {
        limit.begin(loop.eventLoop(), time, () -> late(otherwise, says));
    }

    private void late(CloseReason reason, String says) {
        if (opensWebSocket) {
            webSocketFailed("i/o timeout");
            return;
        }
        link.hearNoMore();
        loop.command(
                router -> {
                    if (says.isEmpty()) {
                        router.leafs().end(session.leaf(), reason);
                    } else {
                        router.leafs().debug(session.leaf(), says);
                        router.leafs().refuseSilently(session.leaf(), says, reason);
                    }
                });
    }

    @Override
    public void ended(CloseReason why) {
        limit.end();
        loop.command(_ -> topology.onClosed(session, why));
    }

    // --- the way into a WebSocket, where this side has dialed

    /**
     * The WebSocket is open: the other side begins to speak in it.
     *
     * @return what stands before the link from here on, to put what is written into frames
     */
    public ChannelHandler webSocketOpened(WebSocketHandshake agreed) {
        opensWebSocket = false;
        webSocket = agreed;
        loop.command(_ -> topology.onWebSocket(session, agreed.compressed(), agreed.masked()));
        return WebSocketConnection.frames(link, agreed, true);
    }

    /**
     * There will be no WebSocket, which ends the connection.
     *
     * @param cause for the log
     */
    public void webSocketFailed(String cause) {
        limit.end();
        link.hearNoMore();
        loop.command(_ -> topology.onWebSocketFailed(session, cause));
    }

    // --- the way into TLS

    @Override
    public void holdReading() {
        link.pauses().begin(Pauses.OPENING);
    }

    @Override
    public void startReading() {
        link.pauses().end(Pauses.OPENING);
    }

    @Override
    public void handshakeBegins() {
        loop.command(_ -> topology.onHandshake(session));
    }

    @Override
    public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
        handshakeFailed(cause);
    }

    @Override
    public void handshakeFailed(String cause) {
        limit.end();
        link.hearNoMore();
        loop.command(router -> router.leafs().onHandshakeFailed(session.leaf(), cause));
    }

    @Override
    public void secured(TlsSession agreed) {
        tls = agreed;
        loop.command(_ -> topology.onSecured(session, agreed));
        LinkInfo info = beforeTls;
        if (info != null) {
            beforeTls = null;
            proceed(info, true);
            link.inbound().goOn();
        } else if (target == null) {
            ready();
        } else {
            // The handshake came first, and nothing was said yet.
            opened();
        }
    }

    @Override
    public void refuse(ProtocolError error, CloseReason why) {
        link.refuse(error, why, "");
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] text) {
        loop.command(router -> router.leafs().onSaid(session.leaf(), text.length));
        try {
            return switch (op) {
                case Op.INFO -> info(LinkInfo.parse(text));
                case Op.ERR -> err(text);
                default -> connect(text);
            };
        } catch (MalformedConnectException | MalformedInfoException e) {
            return link.refuse(
                    ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
    }

    private Inbound.Next err(byte[] text) {
        String shown = new String(text, StandardCharsets.UTF_8);
        loop.command(_ -> topology.onErr(session, shown));
        return Inbound.Next.GO_ON;
    }

    private Inbound.Next info(LinkInfo info) {
        boolean first = !introduced;
        introduced = true;
        if (target == null) {
            if (presented) {
                // Nothing that it could say is of interest any more.
                return Inbound.Next.GO_ON;
            }
            link.inbound().expectInfo(false);
            if (!first) {
                return twice("INFO");
            }
            proceed(info, true);
            return Inbound.Next.GO_ON;
        }
        if (first) {
            limit.end();
            if (info.isOfNoLeafNodePort()) {
                link.hearNoMore();
                loop.command(_ -> topology.onWrongPort(session));
                return Inbound.Next.END;
            }
            boolean demanded = info.tlsRequired() || target.remote().options().tls() != null;
            if (demanded && tls == null && webSocket == null) {
                beforeTls = info;
                loop.eventLoop().execute(this::secure);
                return Inbound.Next.WAIT;
            }
        }
        proceed(info, first);
        return Inbound.Next.GO_ON;
    }

    /** What came in the clear behind INFO could be anybody's. */
    private void secure() {
        if (!link.hears()) {
            return;
        }
        if (link.inbound().isKeeping()) {
            handshakeFailed("something follows INFO in the clear");
        } else {
            upgrade.begin(this);
        }
    }

    private void proceed(LinkInfo info, boolean first) {
        if (first) {
            compression.choose(info.compression());
        }
        Mode agreed = compression.chosen();
        boolean another = compression.begin(first, agreed);
        LeafTarget dialed = target;
        Credentials proof = null;
        if (dialed != null && !another && !presented && agreed != null) {
            presented = true;
            proof = dialed.remote().prove(dialed.url(), info.nonce());
        }
        if (dialed != null && presented) {
            if (info.connectInfo() || !info.infoOnConnect()) {
                limit.end();
                link.keepAlive().connected(System.nanoTime());
            } else if (proof != null) {
                expectWithin(
                        ANSWER_TIMEOUT,
                        CloseReason.STALE_CONNECTION,
                        "Stale Leaf Node Connection - Closing");
            }
        }
        Credentials presents = proof;
        loop.command(_ -> topology.onInfo(session, info, first, agreed, presents));
    }

    private Inbound.Next connect(byte[] json) throws MalformedConnectException {
        link.traceConnect(json);
        LeafConnect said = LeafConnect.parse(json);
        if (target != null || presented) {
            return twice("CONNECT");
        }
        presented = true;
        LeafRules rules = currentRules.get();
        X509Certificate certificate = certificate();
        Verdict verdict =
                rules.login().judge(said.credentials(), session.nonce(), certificate, type());
        return switch (verdict) {
            case Verdict.Admitted(Identity identity) -> admit(said, identity, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved ->
                    new Proving(
                                    link,
                                    () -> admit(said, unproved.identity(), rules),
                                    () -> turnAway(said, "The proof doesn't hold"))
                            .begin(authentication, unproved);
        };
    }

    private Inbound.Next twice(String what) {
        return link.refuse(
                ProtocolError.AUTHORIZATION_VIOLATION,
                CloseReason.PROTOCOL_VIOLATION,
                what + " came where it has no place");
    }

    private ConnectionType type() {
        return ConnectionType.ofLeafNode(link.origin().type().medium());
    }

    private @Nullable X509Certificate certificate() {
        return Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate).orElse(null);
    }

    private Inbound.Next admit(LeafConnect said, Identity identity, LeafRules rules) {
        if (!said.account().isEmpty() || said.newAccount()) {
            return turnAway(said, "account is not the leaf node's to choose");
        }
        if (!said.lang().isEmpty()) {
            String text = ProtocolError.LEAF_NODE_PORT.text();
            return link.refuse(ProtocolError.LEAF_NODE_PORT, CloseReason.INCORRECT_PORT, text);
        }
        account = identity.account();
        link.inbound().use(limitsFor(currentRules.get()));
        link.admit();
        link.keepAlive().connected(System.nanoTime());
        loop.command(_ -> topology.onConnect(session, said, identity));
        if (!isStill(said, identity, rules)) {
            return turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    /** The topology may have looked at who is let in before it heard of this one. */
    private boolean isStill(LeafConnect said, Identity identity, LeafRules rules) {
        LeafRules now = currentRules.get();
        return now == rules
                || now.login()
                        .reassess(
                                rules.login(), said.credentials(), certificate(), type(), identity)
                        .filter(other -> other.account().equals(identity.account()))
                        .filter(
                                other ->
                                        Permissions.same(
                                                other.permissions(), identity.permissions()))
                        .isPresent();
    }

    /**
     * The other side isn't who it says, or didn't say it.
     *
     * @param why for the debug log; without secrets
     */
    private Inbound.Next turnAway(LeafConnect said, String why) {
        Identity claimed = Identity.claimedBy(said.credentials());
        LeafUser user = LeafUser.of(said, claimed);
        loop.command(router -> router.leafs().onRefused(session.leaf(), user));
        String claim = claimed.claim();
        return link.turnAway(why, "authentication error" + (claim.isEmpty() ? "" : " - " + claim));
    }

    @Override
    public boolean speaksUnasked() {
        link.unauthorized("authentication error");
        return false;
    }

    @Override
    public void reconfigure() {
        if (session.isJoined()) {
            compression.reconfigure(session.compression(), session.leaf().peer().rttNs());
        }
        loop.execute(() -> link.use(limitsFor(currentRules.get())));
    }
}
