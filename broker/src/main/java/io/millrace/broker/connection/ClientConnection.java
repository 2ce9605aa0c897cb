package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.Login;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SocketWriter;
import io.millrace.broker.log.Redaction;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Account;
import io.millrace.broker.routing.Client;
import io.millrace.broker.routing.ClientPeer;
import io.millrace.broker.routing.Identity;
import io.millrace.broker.routing.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectParser;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A client's connection: what joins reading, keep-alive, the outbound queue and the end of it all.
 *
 * <p>Belongs to its I/O loop. The router calls it as a {@link ClientPeer}, from its own thread.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter
        implements ClientPeer, Inbound.Listener {
    // Why reading is switched off.
    private static final int STARVED = 1;
    private static final int STALLED = 2;
    private static final int CLOSING = 4;
    private static final int PROVING = 8;
    private static final int OPENING = 16;

    private final Channel channel;
    private final IoLoop loop;
    private final Supplier<ClientLimits> currentLimits;
    private ClientLimits limits;
    private final Authentication authentication;
    private final ServerLog log;
    private final Client client;
    private final SocketWriter writer;
    private final CommandParser parser;
    private final Inbound inbound;
    private final KeepAlive keepAlive;
    private final WriteDeadline writeDeadline;
    private final ProducerStall stall;
    private ConnectOptions options = ConnectOptions.BEFORE_CONNECT;
    private @Nullable TlsSession tls;
    private int pauses;
    private boolean closing;

    /** The channel is closed; what was read from it may still wait for a stretch. */
    private volatile boolean gone;

    private CloseReason reason = CloseReason.CLIENT_CLOSED;

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
            Supplier<ClientLimits> currentLimits,
            Authentication authentication,
            ServerLog log) {
        this.channel = channel;
        this.loop = loop;
        this.currentLimits = currentLimits;
        this.limits = currentLimits.get();
        this.authentication = authentication;
        this.log = log;
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        OutboundQueue outbound = new OutboundQueue(chunks);
        client =
                new Client(
                        id,
                        remote.getAddress().getHostAddress(),
                        remote.getPort(),
                        account,
                        authentication.nonce(),
                        this,
                        outbound);
        writer = new SocketWriter(channel, outbound, this::blocked, loop.latency());
        parser = new CommandParser(limits.maxControlLineBytes(), limits.maxPayloadBytes());
        boolean mustConnect = authentication.current().isRequired();
        inbound = new Inbound(loop, client, parser, this, !mustConnect);
        keepAlive = new KeepAlive(loop, client, limits, mustConnect, System.nanoTime());
        stall = new ProducerStall(loop, () -> pause(STALLED), () -> goOn(STALLED));
        writeDeadline = new WriteDeadline(loop, this, limits.writeDeadlineNs());
    }

    /** The allocator that makes the channel read straight into a stretch. */
    public ByteBufAllocator allocator() {
        return new InboundAllocator(inbound);
    }

    SocketWriter writer() {
        return writer;
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
        loop.command(router -> router.onOpen(client));
    }

    /** Has the router take it in; it is greeted by {@link #greet} or {@link #secured}. */
    public void openSilently() {
        loop.command(router -> router.onOpenSilently(client));
    }

    /** Has the router greet it. */
    public void greet() {
        loop.command(router -> router.onGreet(client));
    }

    /** Its handshake begins. */
    public void handshakeBegins() {
        loop.command(router -> router.onHandshake(client));
    }

    /**
     * Its handshake failed, which ends the connection.
     *
     * @param probe whether it wasn't TLS at all, or nothing
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
        inbound.end();
        pause(CLOSING);
        loop.command(router -> router.onHandshakeFailed(client, cause, probe, inTheClear));
    }

    /** Its handshake is done: from now on it is as good as any. */
    public void secured(TlsSession session) {
        tls = session;
        loop.command(router -> router.onSecured(client, session));
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

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        long nowNs = System.nanoTime();
        keepAlive.heard(nowNs);
        loop.onRead(nowNs);
        inbound.read((ByteBuf) message);
        stall.onRead();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        gone = true;
        keepAlive.stop();
        writeDeadline.stop();
        endIfDrained();
    }

    /** Ends it when nothing is left of the connection, nor of what was read from it. */
    private void endIfDrained() {
        if (!gone || (pauses & STARVED) != 0) {
            return;
        }
        inbound.release();
        CloseReason why = reason;
        loop.command(router -> router.onClosed(client, why));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!closing) {
            reason = cause instanceof IOException ? CloseReason.READ_ERROR : reason;
            if (!(cause instanceof IOException)) {
                log.error("Connection failed: " + cause);
            }
        }
        closing = true;
        abort();
    }

    // --- reading

    @Override
    public Inbound.Next connect(byte[] json) {
        if (log.traceEnabled()) {
            String shown = Redaction.connect(new String(json, StandardCharsets.UTF_8));
            loop.command(router -> router.onTrace(client, "CONNECT " + shown));
        }
        ConnectOptions said;
        try {
            said = ConnectParser.parse(json, options);
        } catch (ConnectParser.MalformedConnectException e) {
            return refuse(ProtocolError.MALFORMED, CloseReason.PROTOCOL_VIOLATION, e.getMessage());
        }
        options = said;
        parser.headers(said.headers());
        keepAlive.connecting();
        return judge(said);
    }

    private Inbound.Next judge(ConnectOptions said) {
        Authenticator rules = authentication.current();
        return switch (rules.judge(login(said))) {
            case Verdict.Admitted(Identity identity) -> admit(said, identity, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved -> {
                pause(PROVING);
                authentication.prove(unproved, new Proving(said, unproved.identity(), rules));
                yield Inbound.Next.WAIT;
            }
        };
    }

    private Login login(ConnectOptions said) {
        Optional<X509Certificate> certificate =
                Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate);
        return new Login(said.credentials(), client.nonce(), certificate.orElse(null));
    }

    /** Waits for the proof that the client is who it says. */
    private final class Proving implements Authentication.Outcome {
        private final ConnectOptions said;
        private final Identity identity;
        private final Authenticator rules;

        Proving(ConnectOptions said, Identity identity, Authenticator rules) {
            this.said = said;
            this.identity = identity;
            this.rules = rules;
        }

        @Override
        public boolean isAwaited() {
            return !gone;
        }

        @Override
        public void accept(boolean holds) {
            loop.execute(() -> proved(holds));
        }

        private void proved(boolean holds) {
            if (closing) {
                return;
            }
            if (!holds) {
                turnAway(said, "The proof doesn't hold");
            } else if (admit(said, identity, rules) == Inbound.Next.GO_ON) {
                goOn(PROVING);
                inbound.goOn();
            }
        }
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
        loop.command(router -> router.onConnect(client, said, identity));
        if (authentication.current() != rules) {
            // The router may have looked at who is let in before it heard of this one.
            return turnAway(said, "The users changed while it logged in");
        }
        return Inbound.Next.GO_ON;
    }

    /** The client isn't who it says, or didn't say it. */
    private Inbound.Next turnAway(ConnectOptions said, String why) {
        inbound.end();
        pause(CLOSING);
        loop.command(router -> router.onAuthenticationFailure(client, said.credentials(), why));
        return Inbound.Next.END;
    }

    @Override
    public boolean speaksUnasked() {
        Optional<Identity> anonymous = authentication.current().anonymous();
        if (anonymous.isEmpty()) {
            turnAway(options, "spoke before CONNECT");
            return false;
        }
        inbound.admit();
        keepAlive.connected(System.nanoTime());
        loop.command(router -> router.onAnonymous(client, anonymous.get()));
        return true;
    }

    @Override
    public void error(CommandParser broken) {
        ProtocolError error = broken.error();
        CloseReason why =
                switch (error) {
                    case MAXIMUM_PAYLOAD -> CloseReason.MAX_PAYLOAD_EXCEEDED;
                    case MAXIMUM_CONTROL_LINE -> CloseReason.MAX_CONTROL_LINE_EXCEEDED;
                    default -> CloseReason.PROTOCOL_VIOLATION;
                };
        refuse(error, why, broken.errorDetail());
    }

    private Inbound.Next refuse(ProtocolError error, CloseReason why, String detail) {
        inbound.end();
        pause(CLOSING);
        loop.command(router -> router.onError(client, error, why, detail));
        return Inbound.Next.END;
    }

    @Override
    public void starved() {
        if ((pauses & STARVED) == 0) {
            pause(STARVED);
            loop.waitForStretch(this);
        }
    }

    /** A stretch is free again. */
    void resume() {
        goOn(STARVED);
        inbound.resume();
        endIfDrained();
    }

    private void pause(int why) {
        pauses |= why;
        channel.config().setAutoRead(false);
    }

    private void goOn(int why) {
        pauses &= ~why;
        if (pauses == 0) {
            channel.config().setAutoRead(true);
        }
    }

    // --- writing

    private void blocked() {
        writeDeadline.blocked();
    }

    void writeDeadlineExceeded() {
        if (closing) {
            abort();
            return;
        }
        int chunks = writer.blockedChunks();
        loop.command(router -> router.onWriteDeadline(client, limits.writeDeadlineText(), chunks));
    }

    // --- what the router asks (on its thread)

    @Override
    public void flush() {
        loop.flusher().flush(writer);
    }

    @Override
    public void close(CloseReason why) {
        loop.execute(() -> closeOnLoop(why));
    }

    private void closeOnLoop(CloseReason why) {
        if (closing) {
            return;
        }
        closing = true;
        inbound.end();
        pause(CLOSING);
        if (why == CloseReason.SLOW_CONSUMER_PENDING_BYTES
                || why == CloseReason.SLOW_CONSUMER_WRITE_DEADLINE) {
            abort();
        } else {
            writer.closeWhenSent();
        }
    }

    /** Closes without the farewell of TLS, which a client that doesn't read wouldn't take. */
    private void abort() {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    @Override
    public boolean stall(OutboundQueue slow, long untilBytes) {
        return stall.begin(slow, untilBytes);
    }

    @Override
    public void reconfigure() {
        loop.execute(
                () -> {
                    limits = currentLimits.get();
                    parser.limits(limits.maxControlLineBytes(), limits.maxPayloadBytes());
                    writeDeadline.use(limits.writeDeadlineNs());
                    if (!gone) {
                        keepAlive.use(limits);
                    }
                });
    }
}
