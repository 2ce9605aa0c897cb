package io.millrace.broker;

import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.cluster.Mesh;
import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.config.ClusterOptions;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Options;
import io.millrace.broker.config.PermissionOptions.SubjectRules;
import io.millrace.broker.config.RoutePermissions;
import io.millrace.broker.connection.LinkLimits;
import io.millrace.broker.connection.RouteConnection;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.RouteDialer;
import io.millrace.broker.transport.tls.RouteTls;
import io.millrace.broker.transport.tls.TlsUnusableException;
import io.millrace.protocol.RouteInfo;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What makes a server one of a cluster: its listener for routes, its dialer, and the mesh. */
final class ClusterPart {
    /** The route protocol's level at which accounts came; the next is message tracing. */
    private static final int PROTO = 2;

    /** Control lines of routes may be so many times longer than those of clients: queue lists. */
    private static final int LONGER_LINES = 16;

    /** What can be read in one piece, with room for what stands before the line. */
    private static final int LONGEST_LINE_BYTES = 60 * 1024;

    /**
     * Largest payload from another server, which has its own idea of what its clients may send: as
     * much as the reference lets any server be configured for.
     */
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

    /** How often the mesh looks for what it had given up. */
    private static final long MEND_SECONDS = 30;

    private static final String INSECURE =
            "TLS certificate chain and hostname of solicited routes will not be verified. DO NOT"
                    + " USE IN PRODUCTION!";

    private final Broker broker;
    private final ClusterOptions options;
    private final LinkLimits limits;
    private final RouteLogin login;
    private final @Nullable RouteTls tls;
    private final ServerLog log;
    private final Listener listener;
    private final RouteDialer dialer;
    private final Mesh mesh;
    private final Future<?> mending;

    private ClusterPart(Broker broker, ServerInfo self, InetSocketAddress clients, ServerLog log)
            throws IOException, InterruptedException {
        Options all = broker.options();
        this.broker = broker;
        this.options = all.cluster();
        this.log = log;
        limits =
                new LinkLimits(
                        Math.min(
                                LONGEST_LINE_BYTES,
                                LONGER_LINES * all.limits().maxControlLineBytes()),
                        MAX_PAYLOAD_BYTES,
                        all.keepAlive().connectTimeout().toNanos(),
                        options.authTimeout().toNanos(),
                        options.pingInterval().toNanos(),
                        options.writeDeadline().toNanos(),
                        Durations.text(options.writeDeadline()));
        login = new RouteLogin(options);
        tls = options.tls().enabled() ? RouteTls.open(options.tls(), options.routes(), log) : null;
        dialer = new RouteDialer(broker.eventLoops(), this::connected, this::dialFailed, log);
        listener =
                Listener.bind(
                        broker.eventLoops(),
                        options.host(),
                        Math.max(0, options.port()),
                        accepted -> connected(accepted, null));
        List<String> urls = options.noAdvertise() ? List.of() : clientUrls(all, clients);
        mesh =
                new Mesh(
                        options,
                        routeInfo(self, urls),
                        Set.copyOf(options.accounts()),
                        urls,
                        broker.router(),
                        dialer,
                        log,
                        System.nanoTime());
        mending =
                broker.eventLoops()
                        .group()
                        .scheduleWithFixedDelay(
                                () -> broker.tellSoon(_ -> mesh.mend()),
                                MEND_SECONDS,
                                MEND_SECONDS,
                                TimeUnit.SECONDS);
    }

    /**
     * Starts it: listens for routes, and dials those that are configured.
     *
     * @param self what clients are told about the server, the cluster's name included
     * @param clients the address that clients connect to
     * @throws IOException if the cluster's port can't be bound
     */
    static ClusterPart start(
            Broker broker, ServerInfo self, InetSocketAddress clients, ServerLog log)
            throws IOException, InterruptedException {
        ClusterPart part = new ClusterPart(broker, self, clients, log);
        StartUpLines.cluster(
                log,
                self.cluster(),
                new HostAndPort(part.options.host(), part.address().getPort()));
        if (part.tls != null && part.options.tls().insecure()) {
            log.warn(INSECURE);
        }
        if (part.options.name().isEmpty()) {
            log.warn("Cluster name was dynamically generated, consider setting one");
        }
        broker.tell(_ -> part.mesh.start());
        part.listener.accept();
        return part;
    }

    private RouteInfo routeInfo(ServerInfo self, List<String> urls) {
        HostAndPort advertised =
                HostAndPort.parse(options.advertise(), address().getPort())
                        .orElse(new HostAndPort(options.host(), address().getPort()));
        return RouteInfo.builder()
                .serverId(self.serverId())
                .serverName(self.serverName())
                .version(self.version())
                .proto(PROTO)
                .go(self.runtime())
                .host(advertised.host())
                .port(advertised.port())
                .headers(true)
                .authRequired(login.isRequired())
                .tlsRequired(tls != null)
                .tlsVerify(tls != null)
                .maxPayload(self.maxPayload())
                .ip(options.advertise().isEmpty() ? "" : "nats-route://" + advertised + "/")
                .cluster(self.cluster())
                .clusterDynamic(options.name().isEmpty())
                .connectUrls(urls)
                .compression(options.compression().mode().text())
                .importRules(rules(options.permissions(), RoutePermissions::imports))
                .exportRules(rules(options.permissions(), RoutePermissions::exports))
                .routePoolSize(options.isPooled() ? options.poolSize() : 0)
                .build();
    }

    private static RouteInfo.@Nullable SubjectRules rules(
            @Nullable RoutePermissions permissions, Function<RoutePermissions, SubjectRules> part) {
        if (permissions == null) {
            return null;
        }
        SubjectRules rules = part.apply(permissions);
        List<String> allow = rules.allow();
        if (allow == null && rules.deny().isEmpty()) {
            return null;
        }
        return new RouteInfo.SubjectRules(allow == null ? List.of() : allow, rules.deny());
    }

    /** Where clients of other servers find this one. */
    private static List<String> clientUrls(Options options, InetSocketAddress clients)
            throws SocketException {
        String advertise = options.listen().clientAdvertise();
        int port = clients.getPort();
        if (!advertise.isEmpty()) {
            return HostAndPort.parse(advertise, port).map(HostAndPort::toString).stream().toList();
        }
        if (!clients.getAddress().isAnyLocalAddress()) {
            return List.of(new HostAndPort(options.listen().host(), port).toString());
        }
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(ClusterPart::isReachable)
                .map(address -> new HostAndPort(address.getHostAddress(), port).toString())
                .toList();
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress();
    }

    private void connected(Channel channel, @Nullable RouteTarget target) {
        RouteConnection connection =
                new RouteConnection(
                        channel,
                        broker.nextLinkId(),
                        broker.loopOf(channel),
                        broker.chunks(),
                        limits,
                        options.pingMax(),
                        target,
                        mesh,
                        options.compression(),
                        login,
                        broker.authentication(),
                        log);
        broker.pipelines().fill(channel, connection, target, tls);
    }

    private void dialFailed(RouteTarget target, int attempt, String cause) {
        broker.tellSoon(_ -> mesh.onDialFailed(target, attempt, cause));
    }

    /** The address that routes connect to. */
    InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Reads the files of certificates and keys anew.
     *
     * @return has routes to come use them
     * @throws TlsUnusableException if one of them can't be used
     */
    Runnable readFiles() throws TlsUnusableException {
        return tls == null ? () -> {} : tls.read(options.tls());
    }

    /** Tells the other servers that this one is about to leave. */
    void enterLameDuckMode() {
        broker.tell(_ -> mesh.onLameDuck());
    }

    /** Takes no more routes and makes none. */
    void close() throws InterruptedException {
        mending.cancel(false);
        listener.close();
        dialer.close();
        broker.tell(_ -> mesh.end());
    }

    /** Ends what routes needed; none is left. */
    void end() {
        if (tls != null) {
            tls.close();
        }
    }
}
