package io.millrace.broker;

import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.process.ListenUrls;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How this server introduces itself to the others of its cluster.
 *
 * @param self what clients are told about it, the cluster's name included
 * @param clients the address that clients connect to; null if there is none
 * @param webSocket the address that WebSocket clients connect to; null if there is none
 * @param routes the address that routes connect to
 * @param gatewayUrl where gateways connect to; empty if there are none
 * @param leafnodeUrls where leaf nodes find this server
 */
record Introduction(
        ServerInfo self,
        @Nullable InetSocketAddress clients,
        @Nullable InetSocketAddress webSocket,
        InetSocketAddress routes,
        String gatewayUrl,
        List<String> leafnodeUrls) {
    /** The route protocol's level at which message tracing came. */
    private static final int PROTO = 3;

    /**
     * What it says by these options.
     *
     * @throws SocketException if the addresses of this machine can't be listed
     */
    LinkInfo of(Options all) throws SocketException {
        ClusterOptions options = all.cluster();
        HostAndPort advertised =
                HostAndPort.parse(options.advertise(), routes.getPort())
                        .orElse(new HostAndPort(options.host(), routes.getPort()));
        return LinkInfo.builder()
                .serverId(self.serverId())
                .serverName(self.serverName())
                .version(self.version())
                .proto(PROTO)
                .go(self.runtime())
                .host(advertised.host())
                .port(advertised.port())
                .headers(all.limits().headers())
                .authRequired(!options.username().isEmpty())
                .tlsRequired(options.tls().enabled())
                .tlsVerify(options.tls().enabled())
                .maxPayload(all.limits().maxPayloadBytes())
                .ip(options.advertise().isEmpty() ? "" : "nats-route://" + advertised + "/")
                .cluster(self.cluster())
                .clusterDynamic(options.name().isEmpty())
                .connectUrls(options.noAdvertise() ? List.of() : clientUrls(all.listen()))
                .wsConnectUrls(options.noAdvertise() ? List.of() : webSocketUrls(all.websocket()))
                .compression(options.compression().mode().text())
                .importRules(rules(options.permissions(), RoutePermissions::imports))
                .exportRules(rules(options.permissions(), RoutePermissions::exports))
                .gatewayUrl(gatewayUrl)
                .leafnodeUrls(leafnodeUrls)
                .lnoc(true)
                .lnocu(true)
                .ln(true)
                .routePoolSize(options.isPooled() ? options.poolSize() : 0)
                .build();
    }

    private static LinkInfo.@Nullable SubjectRules rules(
            @Nullable RoutePermissions permissions, Function<RoutePermissions, SubjectRules> part) {
        if (permissions == null) {
            return null;
        }
        SubjectRules rules = part.apply(permissions);
        return LinkInfo.SubjectRules.of(rules.allow(), rules.deny());
    }

    /** Where clients of other servers find this one. */
    private List<String> clientUrls(ListenOptions options) throws SocketException {
        return urls(options.clientAdvertise(), options.host(), clients);
    }

    /** The same for those that come by WebSocket. */
    private List<String> webSocketUrls(WebSocketOptions options) throws SocketException {
        return urls(options.advertise(), options.host(), webSocket);
    }

    private static List<String> urls(
            String advertise, String host, @Nullable InetSocketAddress bound)
            throws SocketException {
        if (bound == null) {
            return List.of();
        }
        int port = bound.getPort();
        if (!advertise.isEmpty()) {
            return HostAndPort.parse(advertise, port).map(HostAndPort::toString).stream().toList();
        }
        if (!bound.getAddress().isAnyLocalAddress()) {
            return List.of(new HostAndPort(host, port).toString());
        }
        return reachable()
                .map(address -> new HostAndPort(AddressText.of(address), port).toString())
                .toList();
    }

    /** The addresses at which others can reach this machine, those of IPv4 first. */
    static Stream<InetAddress> reachable() throws SocketException {
        return ListenUrls.ofThisMachine().filter(Introduction::isReachable);
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress();
    }
}
