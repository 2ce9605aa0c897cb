package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ClusterSnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.util.List;

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

    JsonOut.Fields answer() throws InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        String system = server.options().auth().systemAccount();
        boolean alone = snapshots.account(system).filter(each -> each.clients() == 0).isPresent();
        return out -> {
            process(out);
            load(out, snapshot, alone);
            faults(out, snapshot);
            routes(out, routes);
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
        TrafficSnapshot routed = snapshot.cluster().traffic();
        // As in the reference the server itself is somebody in the system account.
        int active = snapshot.inhabitedAccounts() + (systemAloneInItsAccount ? 1 : 0);
        out.field("connections", snapshot.connections())
                .field("total_connections", snapshot.totalConnections())
                .field("active_accounts", active)
                .field("subscriptions", snapshot.sublist().subscriptions());
        data(out, "sent", all.outMessages(), all.outBytes());
        data(
                out,
                "sent_to_clients",
                all.outMessages() - routed.outMessages(),
                all.outBytes() - routed.outBytes());
        data(out, "received", all.inMessages(), all.inBytes());
        data(
                out,
                "received_from_clients",
                all.inMessages() - routed.inMessages(),
                all.inBytes() - routed.inBytes());
    }

    private static void data(JsonOut out, String name, long messages, long bytes)
            throws IOException {
        out.object(name, data -> data.field("msgs", messages).field("bytes", bytes));
    }

    private static void faults(JsonOut out, ServerSnapshot snapshot) throws IOException {
        ClusterSnapshot cluster = snapshot.cluster();
        long staleClients = snapshot.staleConnections() - cluster.staleConnections();
        out.field("slow_consumers", snapshot.slowConsumers());
        byKind(out, "slow_consumer_stats", snapshot.slowClients(), cluster.slowConsumers());
        out.some("stale_connections", snapshot.staleConnections());
        byKind(out, "stale_connection_stats", staleClients, cluster.staleConnections());
        out.some("stalled_clients", snapshot.stalls());
    }

    /** Left out where there is nothing to tell. */
    private static void byKind(JsonOut out, String name, long clients, long routes)
            throws IOException {
        if (clients != 0 || routes != 0) {
            out.object(
                    name,
                    kinds ->
                            kinds.field("clients", clients)
                                    .field("routes", routes)
                                    .field("gateways", 0)
                                    .field("leafs", 0));
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
        long others = routes.stream().map(route -> route.facts().remoteId()).distinct().count();
        out.field("active_servers", others + 1);
    }
}
