package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.testing.NatsServers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Servers that are members of a cluster, in this JVM. */
final class Cluster {
    /** Routes between two servers: a pool of three, and that of the system account. */
    static final int ROUTES = 4;

    private static final String NAME = "C";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Cluster() {}

    /** Servers of which each knows the one before; they have found each other. */
    static NatsServers of(int size, Mode mode) throws IOException {
        return of(size, mode, _ -> {});
    }

    static NatsServers of(int size, Mode mode, Consumer<OptionsBuilder> options)
            throws IOException {
        return NatsServers.builder(size)
                .options(all -> options.accept(all.threading(mode)))
                .cluster(cluster -> cluster.name(NAME))
                .direct()
                .start();
    }

    static UnaryOperator<ClusterOptions.Builder> knowing(NatsServer... others) {
        return cluster -> cluster.routes(List.of(others).stream().map(Cluster::url).toList());
    }

    static UnaryOperator<ClusterOptions.Builder> knowing(Member other) {
        return cluster -> cluster.routes(List.of(url(other.clusterPort())));
    }

    static RouteUrl url(NatsServer server) {
        return url(server.clusterPort());
    }

    private static RouteUrl url(int clusterPort) {
        return RouteUrl.parse("nats-route://127.0.0.1:" + clusterPort);
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
                change.apply(ClusterOptions.builder().name(NAME).host("127.0.0.1").port(-1))
                        .build();
        return options -> {
            options.cluster(cluster);
            otherOptions.accept(options);
        };
    }

    /** All of these have all routes to each other, and none to anybody else. */
    static void awaitMesh(NatsServer... servers) {
        NatsServers.awaitMesh(LIMIT, List.of(servers));
    }

    /** Each of these has so many routes. */
    static void awaitRoutes(int count, NatsServer... servers) {
        for (NatsServer server : servers) {
            Modes.await(
                    () -> server.routeCount() + " routes instead of " + count,
                    () -> server.routeCount() == count);
        }
    }
}
