package io.millrace.broker;

import io.millrace.broker.auth.ConnectionType;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafProxy;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.LeafConnection;
import io.millrace.broker.connection.LeafRules;
import io.millrace.broker.connection.WebSocketConnection;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.broker.leaf.LeafSession;
import io.millrace.broker.leaf.LeafTarget;
import io.millrace.broker.leaf.LeafTopology;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.LinkDialer;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.ProxyTunnel;
import io.millrace.broker.transport.tls.LinkTls;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.broker.transport.tls.TlsUnusableException;
import io.millrace.broker.transport.websocket.Opening;
import io.millrace.broker.transport.websocket.UpgradeRequest;
import io.millrace.protocol.LeafConnect;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What lets leaf nodes connect, and makes a server one of others: the listener, the dialer, and the
 * topology.
 */
final class LeafPart {
    private static final int PROTO = 3;

    private static final String INSECURE =
            "TLS certificate chain and hostname of solicited leafnodes will not be verified. DO NOT"
                    + " USE IN PRODUCTION!";

    private final Broker broker;
    private final ServerInfo self;
    private final ServerLog log;
    private final @Nullable Listener listener;
    private final @Nullable TlsContexts accepting;
    private final LeafTls tls;
    private final LinkDialer<LeafTarget> dialer;
    private final LeafTopology topology;
    private volatile LeafRules rules;

    /**
     * Binds the listener, if there is to be one; nothing comes or goes before {@link #start}.
     *
     * @param self what clients are told about the server
     * @throws IOException if the port can't be bound, or TLS can't be had as it is configured
     */
    LeafPart(Broker broker, ServerInfo self, Options all, ServerLog log)
            throws IOException, InterruptedException {
        LeafOptions options = all.leaf();
        EventLoops eventLoops = broker.threads().eventLoops();
        this.broker = broker;
        this.self = self;
        this.log = log;
        rules = Terms.leafs(all);
        tls = new LeafTls(options, log);
        accepting =
                options.listens() && options.tls().enabled()
                        ? TlsContexts.open(options.tls(), log)
                        : null;
        listener = options.listens() ? listen(eventLoops, options) : null;
        dialer = new LinkDialer<>("leaf", eventLoops, new Dialed());
        topology =
                new LeafTopology(
                        options,
                        info(all),
                        new LeafTopology.Place(
                                all.auth().systemAccount(),
                                this::hasJetStream,
                                all.jetStream().defaultDomains(),
                                new ReportsInForce(broker),
                                account -> rules.login().limits(account)),
                        broker.router(),
                        (target, attempt, delayMs) -> dialer.dial(target, attempt, delayMs),
                        log,
                        System.nanoTime());
    }

    private boolean hasJetStream(String account) {
        Options now = broker.inForce().options();
        return JetStreamAccounts.of(now.jetStream(), now.auth()).containsKey(account);
    }

    private Listener listen(EventLoops eventLoops, LeafOptions options)
            throws ClusterStartException, InterruptedException {
        int port = Math.max(0, options.port());
        try {
            return Listener.bind(eventLoops, options.host(), port, this::accepted);
        } catch (IOException e) {
            throw ClusterStartException.ofLeafNodes(port, e);
        }
    }

    // --- what this server says of itself

    private LinkInfo info(Options all) throws SocketException {
        LeafOptions options = all.leaf();
        LinkInfo.Builder info =
                LinkInfo.builder()
                        .serverId(self.serverId())
                        .serverName(self.serverName())
                        .version(self.version())
                        .proto(PROTO)
                        .go(self.runtime())
                        .headers(all.limits().headers())
                        .authRequired(true)
                        .tlsRequired(options.tls().enabled())
                        .tlsVerify(options.tls().enabled() && options.tls().verify())
                        .maxPayload(all.limits().maxPayloadBytes())
                        .jetstream(all.jetStream().enabled())
                        .domain(all.jetStream().domain())
                        .infoOnConnect(true);
        HostAndPort address = advertised(options);
        if (address != null) {
            info.host(address.host()).port(address.port()).ip(address.toString());
            info.leafnodeUrls(urls(options));
        }
        return info.build();
    }

    /** Where leaf nodes find this server; null if nowhere. */
    private @Nullable HostAndPort advertised(LeafOptions options) throws SocketException {
        Listener bound = listener;
        if (bound == null) {
            return null;
        }
        InetSocketAddress address = bound.address();
        String host = options.host();
        if (address.getAddress().isAnyLocalAddress()) {
            host = Introduction.reachable().findFirst().map(AddressText::of).orElse(host);
        }
        return HostAndPort.parse(options.advertise(), address.getPort())
                .orElse(new HostAndPort(host, address.getPort()));
    }

    /** Where other servers of the cluster say that leaf nodes find this one. */
    List<String> urls(LeafOptions options) throws SocketException {
        HostAndPort address = advertised(options);
        return address == null || options.noAdvertise() ? List.of() : List.of(address.toString());
    }

    // --- how it begins

    /** Listens for leaf nodes, and dials the remotes. */
    void start(Options all) throws SocketException {
        LeafOptions options = all.leaf();
        Listener bound = listener;
        if (bound != null) {
            HostAndPort at = new HostAndPort(options.host(), bound.address().getPort());
            log.info("Listening for leafnode connections on " + at);
            if (!options.advertise().isEmpty()) {
                log.info("Advertise address for leafnode is set to " + advertised(options));
            }
        }
        warn(options);
        int maxPingsOut = all.keepAlive().maxPingsOut();
        boolean inCluster = all.cluster().isOn();
        broker.asking()
                .tell(
                        router -> {
                            router.leafs().reconfigure(maxPingsOut);
                            topology.start(inCluster);
                        });
        if (bound != null) {
            bound.accept();
        }
    }

    private void warn(LeafOptions options) {
        boolean insecure =
                options.tls().enabled() && options.tls().insecure()
                        || options.remotes().stream()
                                .map(LeafRemote::tls)
                                .anyMatch(each -> each != null && each.insecure());
        if (insecure) {
            log.warn(INSECURE);
        }
    }

    /** Where leaf nodes of other servers of the cluster are told of. */
    LeafTopology topology() {
        return topology;
    }

    /** The port that leaf nodes connect to; 0 for none. */
    int port() {
        Listener bound = listener;
        return bound == null ? 0 : bound.address().getPort();
    }

    /** When the certificate that leaf nodes see first ends; empty without TLS. */
    Optional<Instant> certificateEnd() {
        return Optional.ofNullable(accepting)
                .map(each -> each.certificates().getFirst().getNotAfter().toInstant());
    }

    // --- connections

    private LeafConnection connection(
            Channel channel, @Nullable LeafTarget target, @Nullable WebSocketHandshake webSocket) {
        return new LeafConnection(
                channel,
                broker.nextPeerId(),
                broker.threads().loopOf(channel),
                broker.chunks(),
                () -> rules,
                target,
                webSocket,
                topology,
                broker.authentication(),
                connection -> upgrade(channel, connection, target),
                log);
    }

    private void accepted(Channel channel) {
        broker.pipelines().fill(channel, connection(channel, null, null), accepting);
    }

    /**
     * Takes over a WebSocket that was opened for a leaf node. On its loop.
     *
     * @param session what was agreed upon when it was secured; null without TLS
     * @return false if leaf nodes don't connect to this server
     */
    boolean accepted(Channel channel, WebSocketHandshake agreed, @Nullable TlsSession session) {
        if (listener == null) {
            return false;
        }
        LeafConnection leaf = connection(channel, null, agreed);
        WebSocketConnection framed = new WebSocketConnection(leaf, agreed);
        channel.pipeline().addLast(leaf.writes(), framed.writes(), framed.link());
        framed.begin(session);
        return true;
    }

    private void dialed(Channel channel, LeafTarget target) {
        LeafRemote remote = target.remote().options();
        LinkTls known;
        try {
            known = tls.of(remote);
        } catch (TlsUnusableException e) {
            channel.close();
            dialFailed(target, target.attempt(), String.valueOf(e.getMessage()));
            return;
        }
        LeafConnection connection = connection(channel, target, null);
        if (target.url().isWebSocket()) {
            Opening opening = new Opening(channel, connection, UpgradeRequest.of(target));
            broker.pipelines().fill(channel, connection, target.url(), known, opening);
            return;
        }
        boolean first = known != null && remote.tls() != null && remote.tls().handshakeFirst();
        broker.pipelines()
                .fill(
                        channel,
                        connection,
                        connection.link(),
                        target.url(),
                        first ? known : null,
                        connection.writes());
    }

    /** Secures a connection whose other side has said something already. On its loop. */
    private void upgrade(
            Channel channel, HandshakeListener connection, @Nullable LeafTarget target) {
        if (target == null) {
            return;
        }
        LeafRemote remote = target.remote().options();
        LinkTls ready;
        try {
            LinkTls known = tls.of(remote);
            ready = known == null ? tls.demanded(remote) : known;
        } catch (TlsUnusableException e) {
            connection.handshakeFailed(String.valueOf(e.getMessage()));
            return;
        }
        if (ready != null) {
            ready.upgrade(channel, connection, target.url());
            return;
        }
        // Finding the authorities that this JVM trusts takes a while.
        Thread.ofPlatform()
                .daemon()
                .name("millrace-leaf-tls-files")
                .start(() -> demand(channel, connection, target.url(), remote));
    }

    private void demand(
            Channel channel, HandshakeListener connection, LeafUrl url, LeafRemote remote) {
        LinkTls read;
        try {
            read = tls.demand(remote);
        } catch (TlsUnusableException e) {
            String why = String.valueOf(e.getMessage());
            channel.eventLoop().execute(() -> connection.handshakeFailed(why));
            return;
        }
        channel.eventLoop().execute(() -> read.upgrade(channel, connection, url));
    }

    private final class Dialed implements LinkDialer.Outcome<LeafTarget> {
        @Override
        public void trying(LeafTarget target, int attempt, String at) {
            String address = target.url().address();
            log.debug(
                    "Trying to connect as leafnode to remote server on \""
                            + address
                            + '"'
                            + (at.equals(address) ? "" : " (" + at + ")"));
            try {
                target.remote().readCredentials();
            } catch (IOException e) {
                String text =
                        "Error reading LeafNode Remote Credentials file \""
                                + target.remote().options().credentials()
                                + "\": "
                                + e.getMessage();
                if (target.remote().isNews(text)) {
                    log.error(text);
                } else {
                    log.debug(text);
                }
            }
        }

        @Override
        public void connected(Channel channel, LeafTarget target) {
            if (!target.remote().canProve()) {
                channel.close();
                dialFailed(target, target.attempt(), "credentials can't be read");
                return;
            }
            LeafProxy proxy = target.remote().options().proxy();
            if (!proxy.isOn()) {
                dialed(channel, target);
                return;
            }
            long timeoutMs =
                    proxy.timeout().isZero()
                            ? target.connectTimeoutMs()
                            : proxy.timeout().toMillis();
            channel.pipeline()
                    .addLast(
                            new ProxyTunnel(
                                    proxy,
                                    target.url().address(),
                                    timeoutMs,
                                    new Tunnelled(channel, target)));
        }

        @Override
        public void failed(LeafTarget target, int attempt, String at, String cause) {
            boolean proxied = target.remote().options().proxy().isOn();
            dialFailed(target, attempt, (proxied ? "failed to connect to proxy: " : "") + cause);
        }
    }

    private final class Tunnelled implements ProxyTunnel.Outcome {
        private final Channel channel;
        private final LeafTarget target;

        Tunnelled(Channel channel, LeafTarget target) {
            this.channel = channel;
            this.target = target;
        }

        @Override
        public void through() {
            dialed(channel, target);
        }

        @Override
        public void failed(String cause) {
            dialFailed(target, target.attempt(), cause);
        }
    }

    private void dialFailed(LeafTarget target, int attempt, String cause) {
        broker.asking().tellSoon(_ -> topology.onDialFailed(target, attempt, cause));
    }

    // --- other options

    /**
     * Prepares for other options, and reads the files of certificates and keys anew.
     *
     * @return takes them over
     * @throws IOException if that can't be done; nothing was changed then
     */
    RouterCommand prepare(Options next) throws IOException {
        LeafOptions options = next.leaf();
        Runnable files = tls.read(options);
        TlsContexts contexts = accepting;
        if (contexts != null) {
            contexts.reload(options.tls());
        }
        LeafRules before = rules;
        LeafRules after = Terms.leafs(next);
        LinkInfo info = info(next);
        int maxPingsOut = next.keepAlive().maxPingsOut();
        return router -> {
            files.run();
            rules = after;
            topology.onReload(
                    options,
                    info,
                    session -> welcome(session, before, after),
                    options.tls().pinnedCerts());
            router.leafs().reconfigure(maxPingsOut);
        };
    }

    private static @Nullable Identity welcome(
            LeafSession session, LeafRules before, LeafRules now) {
        LeafConnect said = session.said();
        Identity was = session.identity();
        if (said == null || was == null) {
            return was;
        }
        TlsSession tls = session.tls();
        X509Certificate certificate = tls == null ? null : tls.peerCertificate().orElse(null);
        return now.login()
                .reassess(
                        before.login(),
                        said.credentials(),
                        certificate,
                        ConnectionType.ofLeafNode(session.leaf().peer().medium()),
                        was)
                .orElse(null);
    }

    // --- how it ends

    /** Takes no more leaf nodes, and dials nobody; those there are stay for now. */
    void enterLameDuckMode() {
        Listener bound = listener;
        if (bound != null) {
            bound.close();
        }
        broker.asking().tell(_ -> topology.onLameDuck());
    }

    /** Takes no more leaf nodes, and dials nobody. */
    void close() {
        dialer.close();
        Listener bound = listener;
        if (bound != null) {
            bound.close();
        }
        broker.asking().tell(_ -> topology.end());
    }

    /** Ends what connections needed; none is left. */
    void end() {
        tls.close();
        TlsContexts contexts = accepting;
        if (contexts != null) {
            contexts.close();
        }
    }
}
