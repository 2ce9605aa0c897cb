package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ByKind;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code statsz}: the server's load, in so few words that it can be told every few seconds. */
final class Statsz {
    private final Monitored server;
    private final Snapshots snapshots;
    private final ProcessUsage usage;

    Statsz(Monitored server, Snapshots snapshots, ProcessUsage usage) {
        this.server = server;
        this.snapshots = snapshots;
        this.usage = usage;
    }

    /**
     * The answer.
     *
     * @param heard ids of other servers that told of themselves, of whatever cluster
     */
    JsonOut.Fields answer(Set<String> heard) throws InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        List<GatewaySnapshot> gateways = snapshots.gateways(Moment.now());
        Optional<JetStreamView> jetStream = JetStreamJson.of(server, Look.at(Detail.TOTALS));
        String system = server.options().auth().systemAccount();
        boolean alone = snapshots.account(system).filter(each -> each.clients() == 0).isPresent();
        return out -> {
            process(out);
            load(out, snapshot, alone);
            faults(out, snapshot);
            routes(out, routes);
            gateways(out, gateways);
            Set<String> others = new HashSet<>(heard);
            routes.forEach(each -> others.add(each.facts().remoteId()));
            out.field("active_servers", others.size() + 1);
            if (jetStream.isPresent()) {
                JetStreamJson.writeAbroad(out, jetStream.get(), server.options().jetStream());
            }
            out.field("gomaxprocs", cores());
        };
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void process(JsonOut out) throws IOException {
        out.field("start", server.started())
                .field("mem", usage.residentBytes())
                .field("cores", cores())
                .field("cpu", usage.cpuPercent());
    }

    private void load(JsonOut out, ServerSnapshot snapshot, boolean systemAloneInItsAccount)
            throws IOException {
        TrafficSnapshot all = snapshot.traffic();
        TrafficSnapshot clients = snapshot.clientTraffic();
        // As in the reference the server itself is somebody in the system account.
        int active = snapshot.inhabitedAccounts() + (systemAloneInItsAccount ? 1 : 0);
        out.field("connections", snapshot.connections())
                .field("total_connections", snapshot.totalConnections())
                .field("active_accounts", active)
                .field("subscriptions", snapshot.sublist().subscriptions());
        data(out, "sent", all.outMessages(), all.outBytes());
        data(out, "sent_to_clients", clients.outMessages(), clients.outBytes());
        data(out, "received", all.inMessages(), all.inBytes());
        data(out, "received_from_clients", clients.inMessages(), clients.inBytes());
    }

    private static void data(JsonOut out, String name, long messages, long bytes)
            throws IOException {
        out.object(name, data -> data.field("msgs", messages).field("bytes", bytes));
    }

    private static void faults(JsonOut out, ServerSnapshot snapshot) throws IOException {
        out.field("slow_consumers", snapshot.slowConsumers());
        byKind(out, "slow_consumer_stats", snapshot.slowByKind());
        out.some("stale_connections", snapshot.staleConnections());
        byKind(out, "stale_connection_stats", snapshot.staleByKind());
        out.some("stalled_clients", snapshot.stalls());
    }

    /** Left out where there is nothing to tell. */
    private static void byKind(JsonOut out, String name, ByKind counts) throws IOException {
        if (counts.any()) {
            Varz.byKind(out, name, counts);
        }
    }

    private static void routes(JsonOut out, List<RouteSnapshot> routes) throws IOException {
        if (!routes.isEmpty()) {
            out.objects(
                    "routes",
                    routes,
                    (each, route) -> {
                        TrafficSnapshot traffic = route.traffic();
                        each.field("rid", route.rid()).some("name", route.remoteName());
                        data(each, "sent", traffic.outMessages(), traffic.outBytes());
                        data(each, "received", traffic.inMessages(), traffic.inBytes());
                        each.field("pending", route.pendingBytes());
                    });
        }
    }

    private static void gateways(JsonOut out, List<GatewaySnapshot> gateways) throws IOException {
        List<GatewaySnapshot> joined =
                gateways.stream().filter(each -> each.facts().joined()).toList();
        List<GatewaySnapshot> outbound = joined.stream().filter(GatewaySnapshot::outbound).toList();
        if (outbound.isEmpty()) {
            return;
        }
        out.objects(
                "gateways",
                outbound,
                (each, gateway) -> {
                    String cluster = gateway.facts().cluster();
                    List<TrafficSnapshot> inbound =
                            joined.stream()
                                    .filter(other -> !other.outbound())
                                    .filter(other -> other.facts().cluster().equals(cluster))
                                    .map(GatewaySnapshot::traffic)
                                    .toList();
                    TrafficSnapshot sent = gateway.traffic();
                    each.field("gwid", gateway.gid()).field("name", cluster);
                    data(each, "sent", sent.outMessages(), sent.outBytes());
                    data(
                            each,
                            "received",
                            inbound.stream().mapToLong(TrafficSnapshot::inMessages).sum(),
                            inbound.stream().mapToLong(TrafficSnapshot::inBytes).sum());
                    each.field("inbound_connections", inbound.size());
                });
    }
}
