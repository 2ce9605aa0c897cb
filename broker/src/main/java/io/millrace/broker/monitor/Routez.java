package io.millrace.broker.monitor;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.RouteFacts;
import io.millrace.broker.routing.view.RouteSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code routez}: the connections to other servers of the cluster. */
final class Routez {
    /** Those of the pools first, then those of one account each; each kind by number. */
    private static int inOrder(RouteSnapshot one, RouteSnapshot other) {
        int kinds = Boolean.compare(!one.account().isEmpty(), !other.account().isEmpty());
        return kinds == 0 ? Long.compare(one.rid(), other.rid()) : kinds;
    }

    private final Monitored server;
    private final Snapshots snapshots;

    Routez(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer(ShownSubscriptions shown) throws BadQueryException, InterruptedException {
        ServerInfo info = snapshots.server().info();
        Moment now = Moment.now();
        List<RouteSnapshot> routes =
                snapshots.routes(now).stream().sorted(Routez::inOrder).toList();
        Map<Long, List<SubscriptionSnapshot>> told =
                shown == ShownSubscriptions.NONE
                        ? Map.of()
                        : snapshots.told(routes.stream().map(RouteSnapshot::rid).toList());
        return out -> {
            out.field("server_id", info.serverId())
                    .field("server_name", info.serverName())
                    .field("now", now.wallTime());
            permissions(out, server.options().cluster().permissions());
            out.field("num_routes", routes.size())
                    .objects(
                            "routes",
                            routes,
                            (each, route) -> {
                                write(each, route, now.wallTime());
                                SubscriptionFields.some(
                                        each, shown, told.getOrDefault(route.rid(), List.of()));
                                each.some("account", route.account())
                                        .some("compression", route.facts().compression());
                            });
        };
    }

    private static void permissions(JsonOut out, @Nullable RoutePermissions own)
            throws IOException {
        if (own != null) {
            rules(out, "import", of(own.imports()));
            rules(out, "export", of(own.exports()));
        }
    }

    private static LinkInfo.@Nullable SubjectRules of(PermissionOptions.SubjectRules rules) {
        return LinkInfo.SubjectRules.of(rules.allow(), rules.deny());
    }

    private static void rules(JsonOut out, String name, LinkInfo.@Nullable SubjectRules rules)
            throws IOException {
        if (rules != null) {
            out.object(
                    name,
                    lists ->
                            lists.someTexts("allow", rules.allow())
                                    .someTexts("deny", rules.deny()));
        }
    }

    private static void write(JsonOut out, RouteSnapshot route, Instant now) throws IOException {
        RouteFacts facts = route.facts();
        TrafficSnapshot traffic = route.traffic();
        out.field("rid", route.rid())
                .field("remote_id", facts.remoteId())
                .field("remote_name", route.remoteName())
                .field("did_solicit", facts.solicited())
                .field("is_configured", facts.configured())
                .field("ip", route.ip())
                .field("port", route.port())
                .field("start", route.started())
                .field("last_activity", route.lastActivity())
                .field("rtt", GoText.rtt(route.rttNs()))
                .field("uptime", GoText.uptime(Duration.between(route.started(), now)))
                .field("idle", GoText.uptime(Duration.between(route.lastActivity(), now)));
        rules(out, "import", facts.imports());
        rules(out, "export", facts.exports());
        out.field("pending_size", route.pendingBytes())
                .field("in_msgs", traffic.inMessages())
                .field("out_msgs", traffic.outMessages())
                .field("in_bytes", traffic.inBytes())
                .field("out_bytes", traffic.outBytes())
                .field("subscriptions", route.subscriptions());
    }
}
