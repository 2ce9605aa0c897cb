package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.Login;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.Redaction;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectParser;
import io.millrace.protocol.ProtocolError;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A client's connection: what joins reading, keep-alive, the outbound queue and the end of it all.
 *
 * <p>Belongs to its I/O loop. The router calls it as a {@link FarEnd}, from its own thread.
 */
public final class ClientConnection extends LinkConnection {
    private final Supplier<ConnectionLimits> currentLimits;
    private final Authentication authentication;
    private final Client client;
    private final CommandParser parser;
    private final Inbound inbound;
    private final KeepAlive keepAlive;
    private final ProducerStall stall;
    private ConnectOptions options = ConnectOptions.BEFORE_CONNECT;
    private @Nullable TlsSession tls;

    /**
     * Makes the connection of an accepted channel.
     *
     * @param id number of the connection in its server
     * @param account where the client belongs until it says who it is
     * @param currentLimits the limits that hold when it asks for them
     * @param authentication lets it in
     */
    public ClientConnection(
            Channel channel,
            long id,
            IoLoop loop,
            Account account,
            ChunkPool chunks,
            Supplier<ConnectionLimits> currentLimits,
            Authentication authentication,
            ServerLog log) {
        super(channel, loop, chunks, currentLimits.get(), log);
        this.currentLimits = currentLimits;
        this.authentication = authentication;
        client =
                new Client(
                        id,
                        origin.ip(),
                        origin.port(),
                        account,
                        authentication.nonce(),
                        this,
                        outbound);
        parser = new CommandParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        boolean mustConnect = authentication.current().isRequired();
        inbound = new Inbound(loop, client, parser, this, !mustConnect);
        keepAlive =
                new KeepAlive(
                        loop, peer(), limits, mustConnect, PingPolicy.CLIENT, System.nanoTime());
        stall = new ProducerStall(loop, () -> pause(STALLED), () -> goOn(STALLED));
    }

    @Override
    Peer peer() {
        return client.peer();
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
    void ended(CloseReason why) {
        loop.command(router -> router.clients().onClosed(client, why));
    }

    @Override
    void afterRead() {
        stall.onRead();
    }

    // --- the channel

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open();
        ready();
    }

    // --- the way into TLS; whoever is in front of this in the pipeline calls these, on the loop

    /** Has the router take it in and greet it. */
    public void open() {
        loop.command(router -> router.clients().onOpen(client));
    }

    /** Has the router take it in; it is greeted by {@link #greet} or {@link #secured}. */
    public void openSilently() {
        loop.command(router -> router.clients().onOpenSilently(client));
    }

    /** Has the router greet it. */
    public void greet() {
        loop.command(router -> router.clients().onGreet(client));
    }

    /** Its handshake begins. */
    public void handshakeBegins() {
        loop.command(router -> router.clients().onHandshake(client));
    }

    /**
     * Its handshake failed, which ends the connection.
     *
     * @param probe whether it wasn't TLS at all, or nothing
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
        hearNoMore();
        loop.command(
                router -> router.clients().onHandshakeFailed(client, cause, probe, inTheClear));
    }

    /** Its handshake is done: from now on it is as good as any. */
    public void secured(TlsSession session) {
        tls = session;
        loop.command(router -> router.clients().onSecured(client, session));
        ready();
    }

    /** It is the client's turn to speak. */
    public void ready() {
        keepAlive.ready(System.nanoTime());
    }

    /** Tells the client that it can't stay. */
    public void refuse(ProtocolError error, CloseReason why) {
        refuse(error, why, "");
    }

    /** Reads nothing until {@link #startReading}. */
    public void holdReading() {
        pause(OPENING);
    }

    public void startReading() {
        goOn(OPENING);
    }

    // --- reading

    @Override
    public Inbound.Next said(int op, byte[] json) {
        if (log.traceEnabled()) {
            String shown = Redaction.connect(new String(json, StandardCharsets.UTF_8));
            loop.command(router -> router.onTrace(peer(), "CONNECT " + shown));
        }
        ConnectOptions said;
        try {
            said = ConnectParser.parse(json, options);
        } catch (ConnectParser.MalformedConnectException e) {
            return refuse(ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
        if (!limits.headers()) {
            said = said.withoutHeaders();
        }
        options = said;
        parser.headers(said.headers());
        return judge(said);
    }

    private Inbound.Next judge(ConnectOptions said) {
        Authenticator rules = authentication.current();
        return switch (rules.judge(login(said))) {
            case Verdict.Admitted(Identity identity) -> admit(said, identity, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved ->
                    prove(
                            authentication,
                            unproved,
                            () -> admit(said, unproved.identity(), rules),
                            () -> turnAway(said, "The proof doesn't hold"));
        };
    }

    private Login login(ConnectOptions said) {
        Optional<X509Certificate> certificate =
                Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate);
        return new Login(
                said.credentials(), client.nonce(), certificate.orElse(null), origin.type());
    }

    /** The client is who it says. */
    private Inbound.Next admit(ConnectOptions said, Identity identity, Authenticator rules) {
        if (said.newAccount() || !said.account().isEmpty()) {
            return turnAway(said, "account is not the client's to choose");
        }
        if (said.protocol() < 0 || said.protocol() > 1) {
            return refuse(
                    ProtocolError.INVALID_CLIENT_PROTOCOL,
                    CloseReason.BAD_CLIENT_PROTOCOL_VERSION,
                    "");
        }
        if (said.noResponders() && !said.headers()) {
            return refuse(
                    ProtocolError.NO_RESPONDERS_REQUIRES_HEADERS,
                    CloseReason.NO_RESPONDERS_REQUIRES_HEADERS,
                    "");
        }
        inbound.admit();
        keepAlive.connected(System.nanoTime());
        loop.command(router -> router.admission().onConnect(client, said, identity));
        if (!isStill(identity, said, rules)) {
            return turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    /**
     * Whether it is let in as the same under the rules there are now: the router may have looked at
     * who is before it heard of this one.
     */
    private boolean isStill(Identity identity, ConnectOptions said, Authenticator rules) {
        Authenticator now = authentication.current();
        return now == rules
                || now.reassess(rules, login(said), identity)
                        .filter(other -> other.account().equals(identity.account()))
                        .filter(
                                other ->
                                        Permissions.same(
                                                other.permissions(), identity.permissions()))
                        .isPresent();
    }

    /** The client isn't who it says, or didn't say it. */
    private Inbound.Next turnAway(ConnectOptions said, String why) {
        hearNoMore();
        loop.command(router -> router.admission().onAuthenticationFailure(client, said, why));
        return Inbound.Next.END;
    }

    @Override
    public boolean speaksUnasked() {
        Authenticator rules = authentication.current();
        Optional<Identity> anonymous = rules.anonymous(origin.type());
        if (anonymous.isEmpty()) {
            turnAway(options, "spoke before CONNECT");
            return false;
        }
        inbound.admit();
        keepAlive.connected(System.nanoTime());
        loop.command(router -> router.admission().onAnonymous(client, anonymous.get()));
        if (authentication.current() != rules) {
            // As in admit: the router may have looked before it heard of this one.
            turnAway(options, "The users changed while it began to speak");
            return false;
        }
        return true;
    }

    // --- what the router asks (on its thread)

    @Override
    public boolean stall(OutboundQueue slow, long untilBytes) {
        return stall.begin(slow, untilBytes);
    }

    @Override
    public void reconfigure() {
        loop.execute(() -> use(currentLimits.get()));
    }
}
