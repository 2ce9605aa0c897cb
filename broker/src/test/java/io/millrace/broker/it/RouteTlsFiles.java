package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.TestCa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Members of a cluster whose routes use TLS, with certificates from one authority, or others. */
final class RouteTlsFiles {
    final TestCa ca = new TestCa();
    private final Path folder;
    private final AtomicInteger next = new AtomicInteger();

    RouteTlsFiles(Path folder) throws Exception {
        this.folder = folder;
    }

    /** A member with a certificate for this machine. */
    TlsOptions.Builder member() throws Exception {
        return member(ca.server(), ca);
    }

    /** A member that shows this, and trusts that authority. */
    TlsOptions.Builder member(TestCa.Issued issued, TestCa trusted) throws Exception {
        Path files = Files.createDirectory(folder.resolve("member" + next.incrementAndGet()));
        return TlsOptions.builder()
                .timeout(RawClient.PATIENCE)
                .certificate(
                        issued.writeCertificate(files, "server.pem"),
                        issued.writeKey(files, "server.key"))
                .caFile(trusted.write(files));
    }

    /** In a cluster, with these routes. */
    static Consumer<OptionsBuilder> cluster(TlsOptions.Builder tls, String... routes) {
        return cluster(tls, c -> {}, routes);
    }

    static Consumer<OptionsBuilder> cluster(
            TlsOptions.Builder tls, Consumer<ClusterOptions.Builder> change, String... routes) {
        ClusterOptions.Builder cluster =
                ClusterOptions.builder()
                        .name("C1")
                        .host("127.0.0.1")
                        .port(-1)
                        .routes(List.of(routes).stream().map(RouteUrl::parse).toList())
                        .tls(tls.build());
        change.accept(cluster);
        return options -> options.cluster(cluster.build());
    }

    /** The same in the clear. */
    static Consumer<OptionsBuilder> plainCluster(String... routes) {
        return cluster(TlsOptions.builder(), routes);
    }

    /** What to dial to reach a member by its address. */
    static String address(NatsServer server) {
        return "nats-route://127.0.0.1:" + server.clusterPort();
    }

    /** What to dial to reach a member by its name. */
    static String name(NatsServer server) {
        return "nats-route://localhost:" + server.clusterPort();
    }
}
