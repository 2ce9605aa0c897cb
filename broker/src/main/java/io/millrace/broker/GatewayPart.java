package io.millrace.broker;

import io.millrace.broker.cluster.Mesh;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.connection.GatewayConnection;
import io.millrace.broker.connection.GatewayTerms;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.gateway.GatewaySession;
import io.millrace.broker.gateway.GatewayTarget;
import io.millrace.broker.gateway.OwnCluster;
import io.millrace.broker.gateway.SuperCluster;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.GatewayView;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.LinkDialer;
import io.millrace.broker.transport.Listener;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What connects a server's cluster with others: its listener for gateways, its dialer, and the
 * topology.
 */
final class GatewayPart {
    /** The protocol's level at which message tracing came. */
    private static final int PROTO = 3;

    private static final String INSECURE =
            "TLS certificate chain and hostname of solicited gateways will not be verified. DO NOT"
                    + " USE IN PRODUCTION!";

    private final Broker broker;
    private final ServerInfo self;
    private final ServerLog log;
    private final GatewayTls tls;
    private volatile GatewayTerms terms;
    private final Listener listener;
    private final LinkDialer<GatewayTarget> dialer;
    private final HostAndPort address;
    private final SuperCluster clusters;

    /**
     * Binds the listener for gateways; nothing comes or goes before {@link #start}.
     *
     * @param self what clients are told about the server
     * @throws IOException if the port can't be bound
     */
    GatewayPart(Broker broker, ServerInfo self, ServerLog log)
            throws IOException, InterruptedException {
        Options all = broker.inForce().options();
        EventLoops eventLoops = broker.threads().eventLoops();
        GatewayOptions options = all.gateway();
        this.broker = broker;
        this.self = self;
        this.log = log;
        terms = Terms.gateways(all);
        tls = new GatewayTls(options, log);
        dialer = new LinkDialer<>("gateway", eventLoops, new Dialed());
        listener = listen(eventLoops, options);
        address = address(options);
        clusters =
                new SuperCluster(
                        options,
                        introduction(all),
                        new ReportsInForce(broker),
                        broker.router(),
                        dialer::dial,
                        log,
                        System.nanoTime());
    }

    private Listener listen(EventLoops eventLoops, GatewayOptions options)
            throws GatewayStartException, InterruptedException {
        int port = Math.max(0, options.port());
        try {
            return Listener.bind(
                    eventLoops, options.host(), port, accepted -> connected(accepted, null));
        } catch (IOException e) {
            throw new GatewayStartException(options.port(), e);
        }
    }

    /** Where other clusters find this server. */
    private HostAndPort address(GatewayOptions options) throws IOException {
        int port = port();
        Optional<HostAndPort> advertised = HostAndPort.parse(options.advertise(), port);
        if (advertised.isPresent()) {
            return advertised.get();
        }
        if (!listener.address().getAddress().isAnyLocalAddress()) {
            return new HostAndPort(options.host(), port);
        }
        Optional<String> own = Introduction.reachable().map(AddressText::of).findFirst();
        if (own.isEmpty()) {
            log.error(
                    "Could not find any non-local IP for gateway \""
                            + options.name()
                            + "\" with listen specification \""
                            + options.host()
                            + '"');
        }
        return new HostAndPort(own.orElse(options.host()), port);
    }

    private LinkInfo introduction(Options all) {
        GatewayOptions options = all.gateway();
        return LinkInfo.builder()
                .serverId(self.serverId())
                // As the reference: one that was given no name says none.
                .serverName(all.identity().serverName())
                .version(self.version())
                .proto(PROTO)
                .host(address.host())
                .port(address.port())
                .headers(all.limits().headers())
                .authRequired(!options.username().isEmpty())
                .tlsRequired(options.tls().enabled())
                .tlsVerify(options.tls().enabled())
                .maxPayload(all.limits().maxPayloadBytes())
                .gateway(options.name())
                .gatewayUrl(url())
                .gatewayNrp(true)
                .gatewayIom(true)
                .build();
    }

    /** Listens for gateways, and dials the clusters that are configured. */
    void start() {
        Options all = broker.inForce().options();
        GatewayOptions options = all.gateway();
        StartUpLines.gateway(log, options.name(), new HostAndPort(options.host(), port()));
        StartUpLines.gatewayAddress(log, options.name(), !options.advertise().isEmpty(), url());
        warn(options);
        int pings = all.keepAlive().maxPingsOut();
        broker.asking()
                .tell(
                        router -> {
                            router.gateways().reconfigure(pings);
                            clusters.start();
                        });
        listener.accept();
    }

    private void warn(GatewayOptions options) {
        boolean insecure =
                options.tls().insecure()
                        || options.gateways().stream().anyMatch(each -> each.tls().insecure());
        if (insecure) {
            log.warn(INSECURE);
        }
    }

    /** Has the servers of the own cluster tell each other of gateways; on the routing thread. */
    void within(Mesh mesh) {
        mesh.beside(clusters);
        clusters.within(
                new OwnCluster() {
                    @Override
                    public void tell(byte[] line) {
                        mesh.tell(line);
                    }

                    @Override
                    public boolean hasServerNamed(String name) {
                        return mesh.hasServerNamed(name);
                    }
                });
    }

    private void connected(Channel channel, @Nullable GatewayTarget target) {
        GatewayConnection connection =
                new GatewayConnection(
                        channel,
                        broker.nextPeerId(),
                        broker.threads().loopOf(channel),
                        broker.chunks(),
                        () -> terms,
                        target,
                        clusters,
                        broker.authentication(),
                        log);
        broker.pipelines().fill(channel, connection, connection.link(), target, tls.of(target));
    }

    /** What becomes of servers that are dialed. */
    private final class Dialed implements LinkDialer.Outcome<GatewayTarget> {
        @Override
        public void trying(GatewayTarget target, int attempt, String at) {
            String text =
                    "Connecting to " + target.text() + " at " + at + " (attempt " + attempt + ")";
            if (target.reported()) {
                log.info(text);
            } else {
                log.debug(text);
            }
        }

        @Override
        public void connected(Channel channel, GatewayTarget target) {
            GatewayPart.this.connected(channel, target);
        }

        @Override
        public void failed(GatewayTarget target, int attempt, String at, String cause) {
            broker.asking().tellSoon(_ -> clusters.onDialFailed(target, attempt, at, cause));
        }
    }

    /** The port that gateways connect to. */
    int port() {
        return listener.address().getPort();
    }

    /** {@code host:port} that other clusters are told. */
    String url() {
        return address.toString();
    }

    /** What monitoring shows of it; on the routing thread. */
    GatewayView view() {
        Map<String, List<String>> urls = new HashMap<>();
        for (RemoteGateway each : broker.inForce().options().gateway().gateways()) {
            List<String> known = clusters.urlsOf(each.name());
            if (!known.isEmpty()) {
                urls.put(each.name(), known);
            }
        }
        return new GatewayView(port(), address.host(), address.port(), tls.certificateEnd(), urls);
    }

    /**
     * Prepares for other options, and reads the files of certificates and keys anew.
     *
     * @return takes them over
     * @throws IOException if that can't be done; nothing was changed then
     */
    RouterCommand prepare(Options next) throws IOException {
        GatewayOptions options = next.gateway();
        Runnable files = tls.read(options);
        GatewayTerms after = Terms.gateways(next);
        LinkInfo info = introduction(next);
        int pings = next.keepAlive().maxPingsOut();
        return router -> {
            files.run();
            terms = after;
            clusters.onReload(options, info, session -> unwelcome(session, options));
            router.gateways().reconfigure(pings);
        };
    }

    private static @Nullable CloseReason unwelcome(GatewaySession session, GatewayOptions options) {
        TlsSession tls = session.tls();
        Set<String> pins = options.tls().pinnedCerts();
        boolean pinned = pins.isEmpty() || tls != null && tls.isPinned(pins);
        return pinned ? null : CloseReason.TLS_HANDSHAKE_FAILURE;
    }

    /** Takes no more gateways and makes none. */
    void close() {
        dialer.close();
        listener.close();
        broker.asking().tell(_ -> clusters.end());
    }

    /** Ends what gateways needed; none is left. */
    void end() {
        tls.close();
    }
}
