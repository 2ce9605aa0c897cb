package io.millrace.broker;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.connection.Origin;
import io.millrace.broker.connection.WebSocketConnection;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.WebSocketInfo;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.broker.transport.websocket.Destination;
import io.millrace.broker.transport.websocket.Entrance;
import io.millrace.broker.transport.websocket.Guests;
import io.millrace.broker.transport.websocket.UpgradeRules;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where those come in that speak WebSocket: their listener, and what secures it. */
final class WebSocketPart {
    private final Broker broker;
    private final ServerLog log;
    private final @Nullable TlsContexts tls;
    private final Listener listener;

    private WebSocketPart(Broker broker, Options all, ServerLog log)
            throws IOException, InterruptedException {
        this.broker = broker;
        this.log = log;
        WebSocketOptions options = all.websocket();
        tls = options.tls().enabled() ? TlsContexts.open(options.tls(), log) : null;
        try {
            listener = listen(options);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    /**
     * Binds the port; {@link #accept} lets clients in.
     *
     * @throws IOException if it can't be bound, or TLS can't be had as it is configured
     */
    static WebSocketPart bind(Broker broker, Options all, ServerLog log)
            throws IOException, InterruptedException {
        WebSocketPart part = new WebSocketPart(broker, all, log);
        broker.asking().tell(router -> router.clients().onWebSocketInfo(part.info(all)));
        StartUpLines.webSocket(log, all.websocket(), part.address().getPort());
        return part;
    }

    private Listener listen(WebSocketOptions options)
            throws WebSocketStartException, InterruptedException {
        Entrance entrance =
                new Entrance(
                        new UpgradeRules(options),
                        options.handshakeTimeout(),
                        tls,
                        new Guests(
                                broker.ledger(),
                                () -> broker.inForce().options().limits().maxConnections(),
                                tls != null),
                        this::arrived,
                        log);
        try {
            return Listener.bind(
                    broker.threads().eventLoops(),
                    options.host(),
                    Math.max(0, options.port()),
                    entrance::fill);
        } catch (IOException e) {
            throw new WebSocketStartException(e);
        }
    }

    private void arrived(
            Channel channel,
            Destination whom,
            WebSocketHandshake agreed,
            @Nullable TlsSession session) {
        if (whom == Destination.CLIENT) {
            WebSocketConnection connection =
                    new WebSocketConnection(clientOf(channel, agreed), agreed);
            channel.pipeline().addLast(connection.writes(), connection.link());
            connection.begin(session);
            return;
        }
        LeafPart leaf = broker.leaf();
        if (leaf == null || !leaf.accepted(channel, agreed, session)) {
            log.error("Not configured to accept leaf node connections");
            channel.close();
        }
    }

    private ClientConnection clientOf(Channel channel, WebSocketHandshake agreed) {
        return new ClientConnection(
                channel,
                Origin.ofWebSocket(
                        (InetSocketAddress) channel.remoteAddress(), agreed.forwardedFor()),
                WebSocketConnection.FRAMES_BYTES + agreed.cookies().textLength(),
                broker.nextPeerId(),
                broker.threads().loopOf(channel),
                broker.router().globalAccount(),
                broker.chunks(),
                broker.inForce()::webSocketLimits,
                broker.authentication(),
                agreed.cookies(),
                log);
    }

    /** What its clients are told otherwise than others, by these options. */
    WebSocketInfo info(Options all) {
        WebSocketOptions options = all.websocket();
        return new WebSocketInfo(
                options.host(),
                address().getPort(),
                all.auth().isAnnounced() || options.overridesLogin(),
                options.tls().enabled(),
                options.tls().enabled() && options.tls().verify(),
                List.of());
    }

    void accept() {
        listener.accept();
    }

    /** The address that its clients connect to. */
    InetSocketAddress address() {
        return listener.address();
    }

    /** Whether its clients can come. */
    boolean isOpen() {
        return listener.isOpen();
    }

    /** When the certificate that its clients see first ends; empty without TLS. */
    Optional<Instant> certificateEnd() {
        return Optional.ofNullable(tls)
                .map(contexts -> contexts.certificates().getFirst().getNotAfter().toInstant());
    }

    /**
     * Reads the files of certificates and keys anew.
     *
     * @throws IOException if they can't be used; nothing was changed then
     */
    void reload(Options next) throws IOException {
        if (tls != null) {
            tls.reload(next.websocket().tls());
        }
    }

    /** Accepts no more clients; those there are stay. */
    void stop() {
        listener.close();
    }

    /** Ends what its clients needed; none is left. */
    void end() {
        if (tls != null) {
            tls.close();
        }
    }
}
