package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.config.tls.TlsOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Settings of a cluster that change while its servers run. */
class ClusterReloadIT {
    private static final String CONNECT = "CONNECT {\"name\":\"NPEER\",\"cluster\":\"C\"%s}\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                    + "\"proto\":1,\"host\":\"127.0.0.1\",\"port\":1,\"headers\":true,"
                    + "\"compression\":\"off\",\"route_pool_size\":1} \r\n";

    @TempDir private Path folder;
    private final LogLines log = new LogLines();

    private static OptionsBuilder change(
            OptionsBuilder options, Mode mode, UnaryOperator<ClusterOptions.Builder> change) {
        ClusterOptions.Builder cluster =
                ClusterOptions.builder().name("C").host("127.0.0.1").port(-1);
        return options.host("127.0.0.1")
                .port(-1)
                .threading(mode)
                .httpPort(-1)
                .accounts(Set.of("A"))
                .cluster(change.apply(cluster).build());
    }

    private static NatsServer start(Mode mode, UnaryOperator<ClusterOptions.Builder> cluster)
            throws IOException {
        return Modes.start(mode, options -> change(options, mode, cluster));
    }

    private static List<OptionsChange> reload(
            NatsServer server, Mode mode, UnaryOperator<ClusterOptions.Builder> cluster)
            throws IOException {
        Options wanted = change(new OptionsBuilder(), mode, cluster).conclude(2);
        return server.reload(wanted);
    }

    private static void carry(NatsServer from, NatsServer to, String subject) throws Exception {
        try (RawClient subscriber = RawClient.connected(to);
                RawClient publisher = RawClient.connected(from)) {
            subscriber.send("SUB " + subject + " 1\r\n");
            subscriber.fence();
            // What is on its way over a route that is about to be replaced may be lost.
            Modes.await(
                    "a message from " + from.name(), () -> arrives(publisher, subscriber, subject));
        }
    }

    private static boolean arrives(RawClient publisher, RawClient subscriber, String subject) {
        Interest.await(publisher, subject);
        try {
            return subscriber.count("MSG " + subject + " 1 probe 0\r\n\r\n") > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawClient peer(NatsServer server, String credentials) throws IOException {
        RawClient peer = new RawClient(server.clusterPort());
        peer.send(CONNECT.formatted(credentials));
        peer.send(INFO);
        return peer;
    }

    private static String routez(NatsServer server) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create(server.monitorUrl() + "/routez");
            return http.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldConnectToServersThatAreAddedAndLeaveThoseThatAreRemoved(Mode mode) throws Exception {
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, cluster -> cluster)) {
            assertThat(reload(one, mode, Cluster.knowing(other)))
                    .extracting(OptionsChange::text)
                    .contains("Reloaded: cluster routes");
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            carry(one, other, "a");
            reload(one, mode, cluster -> cluster);
            Cluster.awaitRoutes(0, one);
            Cluster.awaitRoutes(0, other);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayServersWhosePasswordIsNotRightAnyMore(Mode mode) throws Exception {
        UnaryOperator<ClusterOptions.Builder> before =
                cluster -> cluster.username("u").password(new Secret("before"));
        try (NatsServer server = start(mode, before);
                RawClient peer = peer(server, ",\"user\":\"u\",\"pass\":\"before\"")) {
            peer.fence();
            reload(server, mode, before);
            peer.fence();
            reload(server, mode, cluster -> cluster.username("u").password(new Secret("after")));
            peer.expect("-ERR 'Authorization Violation'\r\n");
            peer.expectClosed();
            try (RawClient again = peer(server, ",\"user\":\"u\",\"pass\":\"after\"")) {
                again.fence();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAcrossWhatPermissionsSayNow(Mode mode) throws Exception {
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one));
                RawClient subscriber = RawClient.connected(one);
                RawClient publisher = RawClient.connected(other)) {
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            subscriber.send("SUB a 1\r\nSUB b 2\r\n");
            subscriber.fence();
            Interest.await(publisher, "a");
            Interest.await(publisher, "b");
            SubjectRules onlyB = new SubjectRules(List.of("b"), List.of());

            reload(
                    one,
                    mode,
                    cluster ->
                            cluster.permissions(
                                    new RoutePermissions(onlyB, SubjectRules.EVERYTHING)));
            Interest.awaitNone(publisher, "a");
            Interest.await(publisher, "b");
            reload(one, mode, cluster -> cluster);
            Interest.await(publisher, "a");

            // What one doesn't tell, the other may not take, and the other way round.
            reload(
                    other,
                    mode,
                    cluster ->
                            Cluster.knowing(one)
                                    .apply(cluster)
                                    .permissions(
                                            new RoutePermissions(SubjectRules.EVERYTHING, onlyB)));
            Interest.awaitNone(publisher, "a");
            Interest.await(publisher, "b");
            reload(other, mode, Cluster.knowing(one));
            Interest.await(publisher, "a");
            Cluster.awaitRoutes(Cluster.ROUTES, one);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMakeThePoolAnew(Mode mode) throws Exception {
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one))) {
            Cluster.awaitRoutes(Cluster.ROUTES, other);
            for (int size : new int[] {5, 1, -1, 3}) {
                reload(one, mode, cluster -> cluster.poolSize(size));
                reload(other, mode, cluster -> Cluster.knowing(one).apply(cluster).poolSize(size));
                // The system account has one more, but where there is no pool.
                Cluster.awaitRoutes(size < 0 ? 1 : size + 1, one);
                Cluster.awaitRoutes(size < 0 ? 1 : size + 1, other);
                carry(one, other, "a");
                carry(other, one, "b");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveAnAccountItsOwnRouteAndTakeItBack(Mode mode) throws Exception {
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one));
                RawClient subscriber = RawClient.connected(one);
                RawClient publisher = RawClient.connected(other)) {
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            subscriber.send("SUB a 1\r\n");
            subscriber.fence();
            Interest.await(publisher, "a");
            subscriber.expect("MSG a 1 probe 0\r\n\r\n");

            List<String> global = List.of("$G");
            reload(one, mode, cluster -> cluster.accounts(global));
            // The other one is asked, agrees, and dials, since the first doesn't know where to.
            Cluster.awaitRoutes(Cluster.ROUTES + 1, one);
            publisher.send("PUB a 1\r\nx\r\n");
            subscriber.expect("MSG a 1 1\r\nx\r\n");
            reload(other, mode, cluster -> Cluster.knowing(one).apply(cluster).accounts(global));
            Cluster.awaitRoutes(Cluster.ROUTES + 1, one);
            assertThat(routez(one)).contains("\"account\": \"$G\"");
            for (int i = 0; i < 10; i++) {
                publisher.send("PUB a 1\r\n" + i + "\r\n");
                subscriber.expect("MSG a 1 1\r\n" + i + "\r\n");
            }
            subscriber.fence();

            reload(one, mode, cluster -> cluster);
            reload(other, mode, Cluster.knowing(one));
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            Interest.await(publisher, "a");
            subscriber.expect("MSG a 1 probe 0\r\n\r\n");
            publisher.send("PUB a 2\r\nhi\r\n");
            subscriber.expect("MSG a 1 2\r\nhi\r\n");
            subscriber.fence();
        }
    }

    @Test
    void shouldChangeCompressionOnTheSpotOrWithNewRoutes() throws Exception {
        Mode mode = Mode.INLINE;
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one))) {
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            assertThat(routez(one)).contains("\"compression\": \"off\"");
            for (CompressionOptions.Mode wanted :
                    List.of(
                            CompressionOptions.Mode.S2_FAST,
                            CompressionOptions.Mode.S2_BEST,
                            CompressionOptions.Mode.S2_AUTO,
                            CompressionOptions.Mode.OFF)) {
                CompressionOptions compression = CompressionOptions.of(wanted);
                String before = routez(one).replaceAll("(?s).*?\"rid\": (\\d+).*", "$1");
                reload(one, mode, cluster -> cluster.compression(compression));
                String shown =
                        wanted == CompressionOptions.Mode.S2_AUTO
                                ? "s2_uncompressed"
                                : wanted.text();
                Modes.await(
                        () -> shown + ", " + unchecked(one),
                        () ->
                                one.routeCount() == Cluster.ROUTES
                                        && unchecked(one)
                                                        .split("\"compression\": \"" + shown + '"')
                                                        .length
                                                == Cluster.ROUTES + 1);
                String after = routez(one).replaceAll("(?s).*?\"rid\": (\\d+).*", "$1");
                boolean same =
                        wanted == CompressionOptions.Mode.S2_BEST
                                || wanted == CompressionOptions.Mode.S2_AUTO;
                assertThat(after.equals(before)).as(wanted.text()).isEqualTo(same);
                carry(one, other, "a");
                carry(other, one, "b");
            }
        }
    }

    private static String unchecked(NatsServer server) {
        try {
            return routez(server);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskRoutesForSignsOfLifeAsOftenAsItIsToldTo(Mode mode) throws Exception {
        try (NatsServer server = start(mode, cluster -> cluster);
                RawClient peer = peer(server, "")) {
            peer.fence();
            reload(server, mode, cluster -> cluster.pingInterval(Duration.ofMillis(1)).pingMax(3));
            peer.expect("PING\r\nPING\r\nPING\r\n-ERR 'Stale Connection'\r\n");
            peer.expectClosed();
        }
    }

    @Test
    void shouldSecureTheRoutesToCome() throws Exception {
        Mode mode = Mode.INLINE;
        TlsOptions tls = new RouteTlsFiles(folder).member().build();
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one))) {
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            reload(one, mode, cluster -> cluster.tls(tls));
            reload(other, mode, cluster -> Cluster.knowing(one).apply(cluster).tls(tls));
            // Those there are stay; a pool of another size is made anew.
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            reload(one, mode, cluster -> cluster.tls(tls).poolSize(2));
            reload(
                    other,
                    mode,
                    cluster -> Cluster.knowing(one).apply(cluster).tls(tls).poolSize(2));
            Cluster.awaitRoutes(3, one);
            carry(one, other, "a");
        }
    }

    @Test
    void shouldChangeNothingWhenAnAccountWithARouteOfItsOwnIsUnknown() throws Exception {
        Mode mode = Mode.INLINE;
        try (NatsServer server = start(mode, cluster -> cluster)) {
            assertThatThrownBy(
                            () ->
                                    reload(
                                            server,
                                            mode,
                                            cluster -> cluster.poolSize(2).accounts(List.of("X"))))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "unable to add account \"X\" to the list of dedicated routes: account"
                                    + " missing");
            assertThat(server.options().cluster().poolSize()).isEqualTo(3);
        }
    }

    /** What was said of it under its former name must not part its members. */
    @Test
    void shouldStayWholeWhenTheClusterGetsAnotherName() throws Exception {
        Mode mode = Mode.INLINE;
        try (NatsServer one = start(mode, cluster -> cluster);
                NatsServer other = start(mode, Cluster.knowing(one));
                RawClient client = new RawClient(one)) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            Cluster.awaitRoutes(Cluster.ROUTES, one);
            reload(one, mode, cluster -> cluster.name("D"));
            reload(other, mode, cluster -> Cluster.knowing(one).apply(cluster).name("D"));
            assertThat(one.routeCount()).isEqualTo(Cluster.ROUTES);
            carry(one, other, "a");
            try (RawClient late = new RawClient(other)) {
                assertThat(late.info()).contains("\"cluster\":\"D\"");
            }
        }
    }

    @Test
    void shouldSayWhatNeedsARestart() throws Exception {
        Mode mode = Mode.INLINE;
        try (NatsServer server = start(mode, cluster -> cluster);
                NatsServer lone = Modes.start(mode)) {
            assertThat(reload(server, mode, cluster -> cluster.host("::1").name("D")))
                    .extracting(OptionsChange::text)
                    .contains(
                            "config reload not supported for cluster host: old=127.0.0.1, new=::1",
                            "Reloaded: cluster name = D");
            assertThat(reload(lone, mode, cluster -> cluster.poolSize(2)))
                    .extracting(OptionsChange::text)
                    .contains(
                            "config reload not supported for cluster port: old=0, new=-1",
                            "config reload not supported for cluster pool_size: old=0, new=2");
            assertThat(lone.options().cluster().isOn()).isFalse();
        }
    }
}
