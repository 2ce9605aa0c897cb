package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.ClusterOptions;
import io.millrace.broker.config.OptionsBuilder;
import io.millrace.broker.config.RouteUrl;
import io.millrace.broker.config.ThreadingOptions.Mode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Some servers of one cluster, in this JVM. */
final class Cluster implements AutoCloseable {
    /** Routes between two servers: a pool of three, and that of the system account. */
    static final int ROUTES = 4;

    private final Mode mode;
    private final List<NatsServer> members = new ArrayList<>();

    private Cluster(Mode mode) {
        this.mode = mode;
    }

    /** Starts servers of which each knows the one before; returns once all know each other. */
    static Cluster of(int size, Mode mode) throws IOException {
        Cluster cluster = new Cluster(mode);
        for (int i = 0; i < size; i++) {
            cluster.add();
        }
        cluster.awaitMesh();
        return cluster;
    }

    /** Adds a server that knows the last one. */
    NatsServer add() throws IOException {
        NatsServer added =
                members.isEmpty()
                        ? start(mode, cluster -> cluster)
                        : start(mode, knowing(members.getLast()));
        members.add(added);
        return added;
    }

    static UnaryOperator<ClusterOptions.Builder> knowing(NatsServer... others) {
        return cluster -> cluster.routes(List.of(others).stream().map(Cluster::url).toList());
    }

    static RouteUrl url(NatsServer server) {
        return RouteUrl.parse("nats-route://127.0.0.1:" + server.clusterPort());
    }

    static NatsServer start(Mode mode, UnaryOperator<ClusterOptions.Builder> change)
            throws IOException {
        return start(mode, change, _ -> {});
    }

    static NatsServer start(
            Mode mode,
            UnaryOperator<ClusterOptions.Builder> change,
            Consumer<OptionsBuilder> otherOptions)
            throws IOException {
        return Modes.start(mode, options(change, otherOptions));
    }

    static NatsServer start(Mode mode, LogLines log, UnaryOperator<ClusterOptions.Builder> change)
            throws IOException {
        return Modes.start(mode, log, options(change, _ -> {}));
    }

    private static Consumer<OptionsBuilder> options(
            UnaryOperator<ClusterOptions.Builder> change, Consumer<OptionsBuilder> otherOptions) {
        ClusterOptions cluster =
                change.apply(ClusterOptions.builder().name("C").host("127.0.0.1").port(-1)).build();
        return options -> {
            options.cluster(cluster);
            otherOptions.accept(options);
        };
    }

    NatsServer get(int index) {
        return members.get(index);
    }

    List<NatsServer> members() {
        return members;
    }

    /** All servers know all others. */
    void awaitMesh() {
        awaitRoutes(members);
    }

    static void awaitRoutes(List<NatsServer> servers) {
        int expected = ROUTES * (servers.size() - 1);
        Modes.await(
                () -> "routes: " + servers.stream().map(NatsServer::routeCount).toList(),
                () -> servers.stream().allMatch(server -> server.routeCount() == expected));
    }

    /** All servers know of so many subscriptions. */
    void awaitSubscriptions(int count) {
        for (NatsServer member : members) {
            Modes.await(
                    () -> member.subscriptionCount() + " subscriptions",
                    () -> member.subscriptionCount() == count);
        }
    }

    @Override
    public void close() {
        members.forEach(NatsServer::close);
    }
}
