package io.millrace.broker;

import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.AddressText;
import io.millrace.protocol.RouteInfo;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Function;

/**
 * How this server introduces itself to the others of its cluster.
 *
 * @param self what clients are told about it, the cluster's name included
 * @param clients the address that clients connect to; null if there is none
 * @param routes the address that routes connect to
 */
record Introduction(
        ServerInfo self, @Nullable InetSocketAddress clients, InetSocketAddress routes) {
    /** The route protocol's level at which message tracing came. */
    private static final int PROTO = 3;

    /**
     * What it says by these options.
     *
     * @throws SocketException if the addresses of this machine can't be listed
     */
    RouteInfo of(Options all) throws SocketException {
        ClusterOptions options = all.cluster();
        HostAndPort advertised =
                HostAndPort.parse(options.advertise(), routes.getPort())
                        .orElse(new HostAndPort(options.host(), routes.getPort()));
        return RouteInfo.builder()
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
                .connectUrls(options.noAdvertise() ? List.of() : clientUrls(all))
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
        return RouteInfo.SubjectRules.of(rules.allow(), rules.deny());
    }

    /** Where clients of other servers find this one. */
    private List<String> clientUrls(Options options) throws SocketException {
        if (clients == null) {
            return List.of();
        }
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
                .filter(Introduction::isReachable)
                .map(address -> new HostAndPort(AddressText.of(address), port).toString())
                .toList();
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress();
    }
}
