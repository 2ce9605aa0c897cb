package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.cluster.LoneMesh.Dial;
import io.millrace.broker.cluster.LoneMesh.Peer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One server, and others who say what is spelled out here. */
class MeshTest {
    private static final RouteUrl CONFIGURED = RouteUrl.parse("nats-route://10.0.0.9:6222");
    private static final String CONNECT_C = "CONNECT {\"name\":\"N2\",\"cluster\":\"C\"}\r\n";

    private @Nullable LoneMesh opened;

    private LoneMesh open(ClusterOptions.Builder options) {
        LoneMesh mesh = new LoneMesh(options.build());
        opened = mesh;
        return mesh;
    }

    private LoneMesh open() {
        return open(LoneMesh.options());
    }

    /** One that has a configured route, which isn't dialed yet. */
    private LoneMesh openConfigured() {
        return open(LoneMesh.options().routes(List.of(CONFIGURED)));
    }

    private static ClusterOptions.Builder pinning() {
        return LoneMesh.options().accounts(List.of("P"));
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static LinkInfo info(String id) {
        return LoneMesh.info(id).build();
    }

    private static RouteTarget heardOf(String host, GossipMode mode) {
        return new RouteTarget(new RouteUrl(host, 6222, "", Secret.NONE), false, "", mode);
    }

    // --- the handshake

    @Test
    void shouldSayInfoAtOnceWhenRouteIsAccepted() {
        LoneMesh mesh = open();
        Peer peer = mesh.accept();
        assertThat(peer.heard())
                .isEqualTo(
                        "INFO {\"server_id\":\"N1\",\"server_name\":\"one\",\"version\":\"2\","
                                + "\"proto\":2,\"go\":\"java\",\"host\":\"10.0.0.1\","
                                + "\"port\":6222,\"headers\":true,\"max_payload\":1024,"
                                + "\"cluster\":\"C\",\"connect_urls\":[\"1.1.1.1:4222\"],"
                                + "\"compression\":\"off\",\"route_pool_size\":3} \r\n");
        peer.says(CONNECT_C).says(info("N2"));
        assertThat(peer.heard()).isEmpty();
        assertThat(peer.isRegistered()).isTrue();
        assertThat(mesh.log)
                .contains(
                        "INFO 10.0.0.2:6222 - rid:1 - Route connection created",
                        "DEBUG 10.0.0.2:6222 - rid:1 - Registering remote route \"N2\"");
    }

    @Test
    void shouldFillPoolOneByOneWhenItDials() {
        LoneMesh mesh = openConfigured();
        Dial first = mesh.dial();
        assertThat(first).isEqualTo(new Dial(RouteTarget.configured(CONFIGURED, ""), 1, 0));
        for (int index = 0; index < 3; index++) {
            Peer peer = mesh.reach(first.target());
            assertThat(peer.heard())
                    .isEqualTo(
                            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,"
                                    + "\"tls_required\":false,\"headers\":true,\"name\":\"N1\","
                                    + "\"cluster\":\"C\",\"lnoc\":true,\"ln\":true}\r\n");
            peer.says(info("N2"));
            String heard = peer.heard();
            assertThat(heard).startsWith("INFO {\"server_id\":\"N1\"");
            assertThat(heard)
                    .contains(
                            index == 0
                                    ? "\"route_pool_size\":3} \r\n"
                                    : "\"route_pool_size\":3,\"route_pool_idx\":" + index + "}");
            assertThat(heard.endsWith("PING\r\n")).isEqualTo(index < 2);
            assertThat(mesh.dials()).isEmpty();
            peer.says("PONG\r\n");
            if (index < 2) {
                assertThat(mesh.dial()).isEqualTo(first);
                peer.says("PONG\r\n");
            }
            assertThat(mesh.dials()).isEmpty();
        }
    }

    @Test
    void shouldDialForEachAccountWhenItStarts() {
        LoneMesh mesh = open(pinning().routes(List.of(CONFIGURED)));
        assertThat(mesh.dials())
                .extracting(dial -> dial.target().account())
                .containsExactly("", "P");
    }

    @Test
    void shouldSayWhichAccountWhenItDialed() {
        LoneMesh mesh = open(pinning().routes(List.of(CONFIGURED)));
        Peer peer = mesh.reach(RouteTarget.configured(CONFIGURED, "P"));
        peer.heard();
        peer.says(info("N2"));
        assertThat(peer.heard()).contains("\"route_pool_size\":3,\"route_account\":\"P\"} \r\n");
        assertThat(peer.isRegistered()).isTrue();
    }

    // --- who isn't let in

    @Test
    void shouldCloseAndNotRetryWhenItDialedItself() {
        LoneMesh mesh = openConfigured();
        Peer peer = mesh.reach(mesh.dial().target());
        peer.heard();
        peer.says(info("N1"));
        assertThat(peer.heard()).isEmpty();
        assertThat(peer.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
        assertThat(mesh.log)
                .contains(
                        "DEBUG 10.0.0.9:6222 - rid:1 - Detected route to self, ignoring"
                                + " \"nats-route://10.0.0.9:6222\"");
        peer.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldCloseWhenItIsDialedByItself() {
        Peer peer = open().accept();
        peer.heard();
        peer.says(CONNECT_C).says(info("N1"));
        assertThat(peer.heard()).isEmpty();
        assertThat(peer.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
    }

    @Test
    void shouldTurnAwayServerOfTheSameNameWhenItIsDialed() {
        LoneMesh mesh = open();
        Peer peer = mesh.accept();
        peer.heard();
        peer.says(CONNECT_C).says(LoneMesh.info("N2").serverName("one").build());
        assertThat(peer.heard()).isEmpty();
        assertThat(peer.closed()).isEqualTo(CloseReason.DUPLICATE_SERVER_NAME);
        assertThat(mesh.log)
                .contains(
                        "ERROR 10.0.0.2:6222 - rid:1 - Remote server has a duplicate name:"
                                + " \"one\"");
    }

    @Test
    void shouldLeaveItToTheOtherWhenItDialedServerOfTheSameName() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target, LoneMesh.info("N2").serverName("one").build());
        assertThat(peer.isRegistered()).isTrue();
        peer.gone();
        assertThat(mesh.dial().target()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"cluster\":\"OTHER\"; cluster name \"OTHER\" does not match \"C\"",
                "\"cluster\":\"\"; cluster name \"\" does not match \"C\"",
                "\"cluster\":\"OTHER\",\"cluster_dynamic\":true;"
                        + " cluster name \"OTHER\" does not match \"C\"",
                "\"cluster\":\"_\"; cluster name \"_\" is reserved"
            },
            quoteCharacter = '~')
    void shouldRefuseConnectWhenClusterIsAnother(String said, String text) {
        LoneMesh mesh = open();
        Peer peer = mesh.accept();
        peer.heard();
        peer.says("CONNECT {" + said + "}\r\n");
        assertThat(peer.heard()).isEqualTo("-ERR 'Rejecting connection, " + text + "'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.CLUSTER_NAME_CONFLICT);
        assertThat(mesh.log)
                .contains("ERROR 10.0.0.2:6222 - rid:1 - Rejecting connection, " + text);
    }

    @Test
    void shouldRefuseConnectWhenItIsAGateways() {
        Peer peer = open().accept();
        peer.heard();
        peer.says("CONNECT {\"cluster\":\"C\",\"gateway\":\"GW\"}\r\n");
        assertThat(peer.heard())
                .isEqualTo("-ERR 'Rejecting connection from gateway \"GW\" on the Route port'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.WRONG_GATEWAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTHER", "_"})
    void shouldCloseWithoutAWordWhenInfoIsOfAnotherCluster(String name) {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target);
        peer.heard();
        peer.says(LoneMesh.info("N2").cluster(name).build());
        assertThat(peer.heard()).isEmpty();
        assertThat(peer.closed()).isEqualTo(CloseReason.CLUSTER_NAME_CONFLICT);
        peer.gone();
        assertThat(mesh.dial().target()).isEqualTo(target);
    }

    @Test
    void shouldLetInWhenInfoNamesNoCluster() {
        Peer peer = open().join("10.0.0.2", LoneMesh.info("N2").cluster("").build());
        assertThat(peer.isRegistered()).isTrue();
    }

    @Test
    void shouldCloseWhenGossipIsOfAnotherCluster() {
        LoneMesh mesh = open();
        Peer peer = mesh.join("10.0.0.2", info("N2"));
        peer.says(LoneMesh.info("N3").cluster("OTHER").ip("nats-route://10.0.0.3:6222/").build());
        assertThat(peer.closed()).isEqualTo(CloseReason.CLUSTER_NAME_CONFLICT);
        assertThat(mesh.dials()).isEmpty();
    }

    // --- names that were made up

    @ParameterizedTest
    @CsvSource({"static, false", "never-made-up, true", "a-name, false"})
    void shouldTakeOverNameFromConnectWhenItsOwnIsMadeUp(String name, boolean dynamic) {
        LoneMesh mesh = open(LoneMesh.options().name(""));
        Peer peer = mesh.accept();
        peer.says("CONNECT {\"cluster\":\"" + name + "\",\"cluster_dynamic\":" + dynamic + "}\r\n");
        assertThat(peer.closed()).isNull();
        assertThat(mesh.log).contains("INFO Cluster name updated to " + name);
        assertThat(mesh.fixture.info().cluster()).isEqualTo(name);
        assertThat(mesh.accept().heard()).contains("\"cluster\":\"" + name + "\"");
    }

    @Test
    void shouldKeepItsNameWhenTheOthersIsMadeUpAndLess() {
        LoneMesh mesh = open(LoneMesh.options().name(""));
        Peer peer = mesh.accept();
        peer.heard();
        peer.says("CONNECT {\"cluster\":\"less\",\"cluster_dynamic\":true}\r\n");
        assertThat(peer.heard())
                .isEqualTo(
                        "-ERR 'Rejecting connection, cluster name \"less\" does not match"
                                + " \"made-up\"'\r\n");
        assertThat(mesh.fixture.info().cluster()).isEqualTo("made-up");
    }

    @Test
    void shouldTakeOverNameFromInfoAndLeaveTheOthersBehind() {
        LoneMesh mesh = open(LoneMesh.options().name("").routes(List.of(CONFIGURED)));
        Peer before = mesh.accept("10.0.0.2");
        before.says("CONNECT {\"cluster\":\"made-up\",\"cluster_dynamic\":true}\r\n");
        before.says(LoneMesh.info("N2").cluster("made-up").clusterDynamic(true).build());
        assertThat(before.isRegistered()).isTrue();
        Peer peer = mesh.reach(RouteTarget.configured(CONFIGURED, ""));
        assertThat(peer.heard()).contains("\"cluster\":\"made-up\",\"cluster_dynamic\":true,");
        peer.says(info("N3"));
        assertThat(peer.isRegistered()).isTrue();
        assertThat(peer.heard()).contains("\"cluster\":\"C\"").doesNotContain("dynamic");
        assertThat(before.closed()).isEqualTo(CloseReason.CLUSTER_NAME_CONFLICT);
    }

    @Test
    void shouldNotTakeOverNameWhenItIsReserved() {
        LoneMesh mesh = open(LoneMesh.options().name(""));
        Peer peer = mesh.accept();
        peer.says("CONNECT {\"cluster\":\"_\"}\r\n");
        assertThat(peer.heard()).contains("cluster name \"_\" is reserved");
        assertThat(mesh.fixture.info().cluster()).isEqualTo("made-up");
    }

    // --- places of the pool

    @ParameterizedTest
    @CsvSource({"3, 3", "-1, 3", "3, 1", "5, 5"})
    void shouldRefuseIndexWhenItIsOutOfRange(int index, int poolSize) {
        LoneMesh mesh = open();
        Peer peer = mesh.accept();
        peer.heard();
        peer.says(CONNECT_C);
        peer.says(LoneMesh.info("N2").routePoolSize(poolSize).routePoolIdx(index).build());
        assertThat(peer.heard())
                .isEqualTo(
                        "-ERR 'Invalid route pool index: "
                                + index
                                + " - pool size is "
                                + poolSize
                                + "'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.PROTOCOL_VIOLATION);
    }

    @ParameterizedTest
    @CsvSource({"4, 5", "2, 1"})
    void shouldTakeIndexWhenItIsBelowTheLargerPoolsSize(int index, int poolSize) {
        LoneMesh mesh = open();
        Peer peer =
                mesh.join(
                        "10.0.0.2",
                        LoneMesh.info("N2").routePoolSize(poolSize).routePoolIdx(index).build());
        assertThat(peer.isRegistered()).isTrue();
        assertThat(peer.end.session.poolIndex).isEqualTo(index);
    }

    @Test
    void shouldRefuseWhenTheDialedServerNamesAnIndex() {
        LoneMesh mesh = openConfigured();
        Peer peer = mesh.reach(mesh.dial().target());
        peer.heard();
        peer.says(LoneMesh.info("N2").routePoolIdx(1).build());
        assertThat(peer.heard())
                .isEqualTo("-ERR 'Route pool index should not be set but is set to 1'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.PROTOCOL_VIOLATION);
    }

    @Test
    void shouldCloseSecondRouteWhenItsPlaceIsTaken() {
        LoneMesh mesh = open();
        Peer first = mesh.join("10.0.0.2", info("N2"));
        Peer second = mesh.accept();
        second.heard();
        second.says(CONNECT_C).says(info("N2"));
        assertThat(second.heard()).isEmpty();
        assertThat(second.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
        assertThat(mesh.log)
                .contains("DEBUG 10.0.0.2:6222 - rid:2 - Detected duplicate remote route \"N2\"");
        second.gone();
        assertThat(first.isRegistered()).isTrue();
        assertThat(mesh.routesTo("N2")).isEqualTo(1);
        first.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldCloseAndNotRetryWhenThePoolIsFull() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        List<Peer> pool =
                IntStream.range(0, 3)
                        .mapToObj(i -> LoneMesh.info("N2").routePoolIdx(i).build())
                        .map(info -> mesh.join("10.0.0.2", info))
                        .toList();
        Peer spare = mesh.reach(target);
        spare.heard();
        spare.says(info("N2"));
        assertThat(spare.heard()).isEmpty();
        assertThat(spare.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
        assertThat(mesh.log)
                .contains(
                        "DEBUG 10.0.0.9:6222 - rid:4 - Route pool size reached, closing extra"
                                + " connection to \"N2\"");
        spare.gone();
        assertThat(mesh.dials()).isEmpty();
        for (Peer each : pool) {
            each.gone();
            assertThat(mesh.dial().target()).isEqualTo(target);
        }
    }

    @Test
    void shouldRedialConfiguredServerWhenItsRouteCameOfHearsay() {
        LoneMesh mesh = openConfigured();
        RouteTarget configured = mesh.dial().target();
        Peer heard = mesh.reach(heardOf("10.0.0.2", GossipMode.DISABLED), info("N2"));
        mesh.reach(configured, info("N2"));
        heard.gone();
        assertThat(mesh.dial().target()).isEqualTo(configured);
    }

    @Test
    void shouldRedialAcceptedRouteWhenAnotherOfThePoolWasDialed() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        mesh.reach(target, info("N2"));
        Peer accepted = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolIdx(1).build());
        accepted.gone();
        assertThat(mesh.dial().target()).isEqualTo(target);
    }

    @Test
    void shouldKeepToOneRouteWhenTheOtherKnowsNoPools() {
        LoneMesh mesh = open();
        LinkInfo old = LoneMesh.info("N2").routePoolSize(0).build();
        Peer first = mesh.join("10.0.0.2", old);
        Peer second = mesh.join("10.0.0.2", old);
        assertThat(first.isRegistered()).isTrue();
        assertThat(second.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
    }

    @Test
    void shouldNotPoolWhenItKnowsNoPoolsItself() {
        LoneMesh mesh =
                open(
                        LoneMesh.options()
                                .poolSize(ClusterOptions.NO_POOL)
                                .routes(List.of(CONFIGURED)));
        Peer peer = mesh.reach(mesh.dial().target(), info("N2"));
        assertThat(peer.heard()).doesNotContain("route_pool").doesNotContain("PING");
        assertThat(mesh.join("10.0.0.2", info("N2")).closed())
                .isEqualTo(CloseReason.DUPLICATE_ROUTE);
    }

    // --- routes of accounts

    @Test
    void shouldRefuseRouteOfAccountWhenThereIsNoSuchAccount() {
        Peer peer = open(pinning()).accept();
        peer.heard();
        peer.says(CONNECT_C).says(LoneMesh.info("N2").routeAccount("NOPE").build());
        assertThat(peer.heard())
                .isEqualTo("-ERR 'Unable to lookup account \"NOPE\": account missing'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.MISSING_ACCOUNT);
    }

    @Test
    void shouldRefuseRouteOfAccountWhenItIsNotPinned() {
        Peer peer = open(pinning()).accept();
        peer.heard();
        peer.says(CONNECT_C).says(LoneMesh.info("N2").routeAccount("A").build());
        assertThat(peer.heard()).isEqualTo("-ERR 'No route for account \"A\"'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.PROTOCOL_VIOLATION);
    }

    @Test
    void shouldNotRetryRouteOfAccountWhenTheOtherKnowsNoPools() {
        LoneMesh mesh = open(pinning().routes(List.of(CONFIGURED)));
        mesh.dials();
        Peer peer = mesh.reach(RouteTarget.configured(CONFIGURED, "P"));
        peer.heard();
        peer.says(LoneMesh.info("N2").routePoolSize(0).build());
        assertThat(peer.heard())
                .isEqualTo(
                        "-ERR 'Not possible to have a dedicated route for account \"P\" between"
                                + " those servers'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.PROTOCOL_VIOLATION);
        peer.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldDialForAccountsWhenOneThatKnewNoPoolsIsLost() {
        LoneMesh mesh = open(pinning().routes(List.of(CONFIGURED)));
        mesh.dials();
        RouteTarget target = RouteTarget.configured(CONFIGURED, "");
        mesh.reach(target, LoneMesh.info("N2").routePoolSize(0).build()).gone();
        assertThat(mesh.dials()).extracting(Dial::target).containsExactly(target, target.of("P"));
    }

    @Test
    void shouldKeepFirstRouteOfAccountAndWhereItWasDialed() {
        LoneMesh mesh = open(pinning().routes(List.of(CONFIGURED)));
        mesh.dials();
        RouteTarget target = RouteTarget.configured(CONFIGURED, "P");
        Peer accepted = mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("P").build());
        Peer dialed = mesh.reach(target, info("N2"));
        assertThat(accepted.isRegistered()).isTrue();
        assertThat(dialed.closed()).isEqualTo(CloseReason.DUPLICATE_ROUTE);
        dialed.gone();
        assertThat(mesh.dials()).isEmpty();
        accepted.gone();
        assertThat(mesh.dial().target()).isEqualTo(target);
    }

    // --- trying again

    /** The attempts of a new route and of a lost one that are logged as errors. */
    private static List<Integer> loggedAsErrors(LoneMesh mesh, RouteTarget target) {
        List<Integer> logged = new ArrayList<>();
        for (int attempt = 1; attempt <= 12; attempt++) {
            mesh.log.clear();
            mesh.fail(target, attempt);
            mesh.dial();
            assertThat(mesh.log).hasSize(1);
            if (mesh.log.getFirst().startsWith("ERROR")) {
                logged.add(attempt);
            }
        }
        return logged;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0  | 0  | [1]                                     |"
                        + " [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
                "5  | 3  | [1, 5, 10]                              | [1, 3, 6, 9, 12]",
                "1  | 100 | [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] | [1]",
                "-5 | -3 | [1, 5, 10]                              | [1, 3, 6, 9, 12]"
            })
    void shouldLogAsManyFailedAttemptsAsItIsTold(
            int connects, int reconnects, String firstTime, String again) {
        LoneMesh mesh =
                open(
                        LoneMesh.options()
                                .routes(List.of(CONFIGURED))
                                .connectErrorReports(connects)
                                .reconnectErrorReports(reconnects));
        RouteTarget target = mesh.dial().target();
        assertThat(loggedAsErrors(mesh, target)).hasToString(firstTime);

        mesh.reach(target, LoneMesh.info("N2").build()).gone();
        mesh.dials();
        assertThat(loggedAsErrors(mesh, target)).hasToString(again);
        mesh.reload(
                LoneMesh.options()
                        .routes(List.of(CONFIGURED))
                        .connectErrorReports(4)
                        .reconnectErrorReports(7)
                        .build());
        assertThat(loggedAsErrors(mesh, target)).containsExactly(1, 7);
    }

    @Test
    void shouldTryConfiguredServerForEverWhenItCannotBeReached() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        for (int attempt : new int[] {1, 2, 3599, 3600, 3601}) {
            mesh.log.clear();
            mesh.fail(target, attempt);
            assertThat(mesh.dial()).isEqualTo(new Dial(target, attempt + 1, 1000));
            assertThat(mesh.log)
                    .containsExactly(
                            (attempt == 1 || attempt == 3600 ? "ERROR" : "DEBUG")
                                    + " Error trying to connect to route (attempt "
                                    + attempt
                                    + "): dial tcp 10.0.0.9:6222: connect: connection refused");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldGiveUpHearsayAfterSoManyRetries(int retries) {
        LoneMesh mesh = open(LoneMesh.options().connectRetries(retries));
        RouteTarget target = heardOf("10.0.0.9", GossipMode.DEFAULT);
        for (int attempt = 1; attempt <= retries; attempt++) {
            mesh.fail(target, attempt);
            assertThat(mesh.dial()).isEqualTo(new Dial(target, attempt + 1, 1000));
        }
        mesh.fail(target, retries + 1);
        assertThat(mesh.dials()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 2000", "3, 4000", "4, 8000", "5, 16000", "6, 30000", "99, 30000"})
    void shouldWaitLongerEachTimeWhenItIsToldTo(int attempt, long delayMs) {
        LoneMesh mesh = open(LoneMesh.options().connectBackoff(true).routes(List.of(CONFIGURED)));
        RouteTarget target = mesh.dial().target();
        mesh.fail(target, attempt);
        assertThat(mesh.dial()).isEqualTo(new Dial(target, attempt + 1, delayMs));
    }

    @Test
    void shouldRedialConfiguredServerAfterASecondWhenItIsLost() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target, info("N2"));
        peer.gone();
        Dial dial = mesh.dial();
        assertThat(dial.target()).isEqualTo(target);
        assertThat(dial.attempt()).isEqualTo(1);
        assertThat(dial.delayMs()).isBetween(1000L, 1099L);
        assertThat(mesh.log)
                .contains(
                        "INFO 10.0.0.9:6222 - rid:1 - Router connection closed: Client Closed"
                                + " - Remote: name of N2",
                        "DEBUG 10.0.0.9:6222 - rid:1 - Attempting reconnect for solicited route"
                                + " \"nats-route://10.0.0.9:6222\"");
    }

    @Test
    void shouldRedialHearsaySoonWhenItIsLost() {
        LoneMesh mesh = open();
        RouteTarget target = heardOf("10.0.0.9", GossipMode.DISABLED);
        Peer peer = mesh.reach(target, info("N2")).says("PONG\r\n");
        mesh.dials();
        peer.gone();
        Dial dial = mesh.dial();
        assertThat(dial.target()).isEqualTo(target);
        assertThat(dial.delayMs()).isBetween(0L, 99L);
    }

    /** It may turn us away after it has said who it is. */
    @Test
    void shouldGiveUpHearsayThatTurnsUsAwayAgainAndAgain() {
        LoneMesh mesh = open();
        RouteTarget target = heardOf("10.0.0.9", GossipMode.DISABLED);
        for (int i = 0; i < 3; i++) {
            mesh.reach(target, info("N2")).says("-ERR 'Authorization Violation'\r\n").gone();
            Dial dial = mesh.dial();
            assertThat(dial.target()).isEqualTo(target);
            assertThat(dial.delayMs()).isBetween(1000L, 1099L);
        }
        mesh.reach(target, info("N2")).says("-ERR 'Authorization Violation'\r\n").gone();
        assertThat(mesh.dials()).isEmpty();
        mesh.mesh.mend();
        assertThat(mesh.dial().target()).isEqualTo(target);
    }

    @Test
    void shouldPresentTheClustersOwnUserToHearsay() {
        LoneMesh mesh = open(LoneMesh.options().username("u").password(new Secret("old")));
        mesh.join("10.0.0.2", info("N2"))
                .says(
                        LoneMesh.info("N3")
                                .ip("nats-route://10.0.0.3:6222/")
                                .authRequired(true)
                                .build());
        RouteTarget target = mesh.dial().target();
        mesh.reload(LoneMesh.options().username("u").password(new Secret("new")).build());
        assertThat(mesh.reach(target).heard()).contains("\"user\":\"u\",\"pass\":\"new\"");
    }

    @Test
    void shouldDialNobodyWhenItHasEnded() {
        LoneMesh mesh = openConfigured();
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target, info("N2"));
        mesh.join("10.0.0.3", info("N3"));
        mesh.mesh.end();
        peer.says(LoneMesh.info("N4").ip("nats-route://10.0.0.4:6222/").build());
        mesh.mesh.mend();
        peer.gone();
        mesh.fail(target, 1);
        assertThat(mesh.dials()).isEmpty();
    }

    // --- gossip

    @Test
    void shouldTellTheOthersWhenThereIsANewServer() {
        LoneMesh mesh = openConfigured();
        Peer configured = mesh.reach(mesh.dial().target(), info("N2"));
        Peer other = mesh.join("10.0.0.3", info("N3"));
        configured.heard();
        other.heard();
        Peer last = mesh.join("10.0.0.4", info("N4"));
        String told =
                "INFO {\"server_id\":\"N4\",\"server_name\":\"name of N4\",\"version\":\"2\","
                        + "\"proto\":3,\"go\":\"go\",\"host\":\"0.0.0.0\",\"port\":6222,"
                        + "\"headers\":true,\"max_payload\":1024,"
                        + "\"ip\":\"nats-route://10.0.0.4:6222/\",\"cluster\":\"C\","
                        + "\"connect_urls\":[\"N4:4222\"],\"compression\":\"off\","
                        + "\"route_pool_size\":3,\"gossip_mode\":";
        assertThat(configured.heard()).isEqualTo(told + "2} \r\n");
        assertThat(other.heard()).isEqualTo(told + "1} \r\n");
        assertThat(last.heard()).doesNotContain("N2").doesNotContain("N3");
        mesh.join("10.0.0.4", LoneMesh.info("N4").routePoolIdx(1).build());
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void shouldTellTheAddressThatTheNewServerAdvertises() {
        LoneMesh mesh = open();
        Peer other = mesh.join("10.0.0.3", info("N3"));
        other.heard();
        mesh.join("10.0.0.4", LoneMesh.info("N4").ip("nats-route://far.away:1/").build());
        assertThat(other.heard()).contains("\"ip\":\"nats-route://far.away:1/\"");
    }

    @Test
    void shouldTellNobodyWhenTheNewServerAsksForThat() {
        LoneMesh mesh = open();
        Peer other = mesh.join("10.0.0.3", info("N3"));
        other.heard();
        mesh.join("10.0.0.4", LoneMesh.info("N4").gossipMode(1).build());
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void shouldTellEverybodyWhenItDialedWhatIsConfigured() {
        LoneMesh mesh = openConfigured();
        Peer other = mesh.join("10.0.0.3", info("N3"));
        other.heard();
        mesh.reach(mesh.dial().target(), info("N4"));
        assertThat(other.heard()).contains("\"server_id\":\"N4\"").contains("\"gossip_mode\":2");
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, false", "DISABLED, false", "OVERRIDE, true"})
    void shouldPassOnWhatItDialedOfHearsayAsTheGossipSaid(GossipMode mode, boolean passedOn) {
        LoneMesh mesh = open();
        Peer other = mesh.join("10.0.0.3", info("N3"));
        other.heard();
        Peer peer = mesh.reach(heardOf("10.0.0.4", mode), info("N4"));
        assertThat(other.heard().contains("\"server_id\":\"N4\"")).isEqualTo(passedOn);
        String said = peer.heard();
        assertThat(said.contains("gossip_mode")).isEqualTo(mode != GossipMode.DEFAULT);
        if (mode != GossipMode.DEFAULT) {
            assertThat(said).contains("\"gossip_mode\":" + mode.ordinal() + "}");
        }
    }

    @Test
    void shouldTellOfRoutesOfAccountsOverThoseOfTheSameAccount() {
        LoneMesh mesh = open(pinning());
        Peer pool = mesh.join("10.0.0.3", info("N3"));
        Peer account = mesh.join("10.0.0.3", LoneMesh.info("N3").routeAccount("P").build());
        Peer poolOnly = mesh.join("10.0.0.5", info("N5"));
        pool.heard();
        account.heard();
        poolOnly.heard();
        mesh.join("10.0.0.4", LoneMesh.info("N4").routeAccount("P").build());
        assertThat(account.heard()).contains("\"N4\"").contains("\"route_account\":\"P\"");
        assertThat(poolOnly.heard()).contains("\"N4\"").contains("\"route_account\":\"P\"");
        assertThat(pool.heard()).isEmpty();
    }

    private static LinkInfo.Builder gossip(String id) {
        return LoneMesh.info(id).nonce("").ip("nats-route://10.0.0.4:6222/");
    }

    @Test
    void shouldDialOnceWhenItHearsOfANewServer() {
        LoneMesh mesh = open(pinning());
        Peer peer = mesh.join("10.0.0.2", info("N2"));
        peer.says(gossip("N4").gossipMode(2).build()).says(gossip("N4").build());
        RouteTarget target = heardOf("10.0.0.4", GossipMode.OVERRIDE);
        assertThat(mesh.dial()).isEqualTo(new Dial(target, 1, 0));
        mesh.fail(target, 1);
        peer.says(gossip("N4").gossipMode(2).build());
        assertThat(mesh.dial()).isEqualTo(new Dial(target, 1, 0));
        mesh.reach(target, info("N4"));
        peer.says(gossip("N4").build());
        assertThat(mesh.dials()).isEmpty();
        peer.says(gossip("N4").routeAccount("P").build());
        assertThat(mesh.dial().target().account()).isEqualTo("P");
        peer.says(gossip("N4").routeAccount("A").build());
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldDialForAccountsTooWhenTheGossipCameFromOneThatKnowsNoPools() {
        LoneMesh mesh = open(pinning());
        Peer old = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolSize(0).build());
        old.says(gossip("N4").build());
        assertThat(mesh.dials())
                .extracting(dial -> dial.target().account())
                .containsExactly("", "P");
        old.says(gossip("N5").ip("nats-route://10.0.0.5:6222").routePoolSize(0).build());
        assertThat(mesh.dial().target().account()).isEmpty();
    }

    @Test
    void shouldLeaveConfiguredServersToTheirDialersWhenItHearsOfThem() {
        LoneMesh mesh =
                open(
                        LoneMesh.options()
                                .routes(
                                        List.of(
                                                RouteUrl.parse("nats://10.0.0.4:6222"),
                                                RouteUrl.parse("nats://Five:1"))));
        mesh.dials();
        Peer peer = mesh.join("10.0.0.2", info("N2"));
        peer.says(gossip("N4").build());
        peer.says(gossip("N5").ip("nats-route://10.0.0.5:6222").host("five").port(1).build());
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldProveItselfAsConfiguredWhenHearsayAsksForThat() {
        LoneMesh mesh = open(LoneMesh.options().username("ruth").password(new Secret("secret")));
        Peer peer = mesh.join("10.0.0.2", info("N2"));
        peer.says(gossip("N4").authRequired(true).build());
        RouteTarget target = mesh.dial().target();
        assertThat(target.url().user()).isEqualTo("ruth");
        assertThat(mesh.reach(target).heard()).contains("\"user\":\"ruth\",\"pass\":\"secret\"");
    }

    @Test
    void shouldGoOnWhenGossipHasNoAddress() {
        LoneMesh mesh = open();
        Peer peer = mesh.join("10.0.0.2", info("N2"));
        peer.says(gossip("N4").ip("").build());
        assertThat(mesh.dials()).isEmpty();
        assertThat(peer.isRegistered()).isTrue();
        assertThat(mesh.log).contains("ERROR Error parsing URL from gossip about \"N4\"");
    }

    // --- mending

    @Test
    void shouldDialForWhatIsMissingWhenItMends() {
        LoneMesh mesh = open(pinning());
        RouteTarget target = heardOf("10.0.0.4", GossipMode.DISABLED);
        mesh.reach(target, info("N4"));
        mesh.dials();
        mesh.mesh.mend();
        assertThat(mesh.dials()).extracting(Dial::target).containsExactly(target, target.of("P"));
        mesh.mesh.mend();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldLeaveMendingToTheOtherWhenThatOneHasDialed() {
        LoneMesh mesh = open(pinning());
        mesh.join("10.0.0.2", info("N2"));
        mesh.mesh.mend();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldTellEachInTurnOfAllTheRestWhenItMends() {
        LoneMesh mesh = open(pinning());
        Peer two = mesh.join("10.0.0.2", info("N2"));
        Peer three = mesh.join("10.0.0.3", info("N3"));
        mesh.join("10.0.0.3", LoneMesh.info("N3").routeAccount("P").build());
        two.heard();
        three.heard();
        mesh.mesh.mend();
        mesh.flush();
        assertThat(two.heard().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("\"server_id\":\"N3\""))
                .allMatch(line -> line.contains("\"ip\":\"nats-route://10.0.0.3:6222/\""))
                .allMatch(line -> line.contains("\"gossip_mode\":1"))
                .anyMatch(line -> line.contains("\"route_account\":\"P\""));
        assertThat(three.heard()).isEmpty();
        mesh.mesh.mend();
        mesh.flush();
        assertThat(two.heard()).isEmpty();
        assertThat(three.heard()).contains("\"server_id\":\"N2\"");
    }

    @Test
    void shouldTryAgainForAWhileWhatWasGivenUpWhenItMends() {
        LoneMesh mesh = open();
        RouteTarget target = heardOf("10.0.0.9", GossipMode.DEFAULT);
        mesh.fail(target, 1);
        mesh.log.clear();
        for (int i = 0; i < LostServers.TRIES / 2; i++) {
            mesh.mesh.mend();
            mesh.mesh.mend();
            assertThat(mesh.dial()).isEqualTo(new Dial(target, 2, 0));
            mesh.fail(target, 2);
        }
        mesh.mesh.mend();
        assertThat(mesh.dials()).isEmpty();
        assertThat(mesh.log).allMatch(line -> line.startsWith("DEBUG "));
    }

    @Test
    void shouldNotTryAgainWhatWasGivenUpOnceItIsReached() {
        LoneMesh mesh = open();
        RouteTarget target = heardOf("10.0.0.9", GossipMode.DEFAULT);
        mesh.fail(target, 1);
        mesh.mesh.mend();
        mesh.reach(mesh.dial().target(), info("N9"));
        mesh.dials();
        mesh.mesh.mend();
        assertThat(mesh.dials()).extracting(Dial::target).doesNotContain(target);
    }

    @Test
    void shouldRememberOnlySoManyThatWereGivenUp() {
        LoneMesh mesh = open();
        for (int i = 0; i < LostServers.MOST + 10; i++) {
            mesh.fail(heardOf("10.1." + i / 256 + "." + i % 256, GossipMode.DEFAULT), 1);
        }
        mesh.mesh.mend();
        assertThat(mesh.dials()).hasSize(LostServers.MOST);
    }

    // --- leaving, and what clients are told

    @Test
    void shouldTellEachServerOnceWhenItIsAboutToLeave() {
        LoneMesh mesh = open();
        Peer first = mesh.join("10.0.0.2", info("N2"));
        Peer second = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolIdx(1).build());
        first.heard();
        second.heard();
        mesh.mesh.onLameDuck();
        mesh.flush();
        assertThat(first.heard()).contains("\"server_id\":\"N1\"").contains("\"ldm\":true");
        assertThat(second.heard()).isEmpty();
    }

    private static String urls(String... urls) {
        return "\"connect_urls\":[\"" + String.join("\",\"", urls) + "\"]";
    }

    @Test
    void shouldTellClientsOfServersAsTheyComeAndGo() {
        LoneMesh mesh = open();
        LoneMesh.Listener client = mesh.new Listener();
        Peer first = mesh.join("10.0.0.2", info("N2"));
        assertThat(client.heard()).contains(urls("1.1.1.1:4222", "N2:4222"));
        Peer second = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolIdx(1).build());
        assertThat(client.heard()).isEmpty();
        Peer other = mesh.join("10.0.0.3", info("N3"));
        assertThat(client.heard()).contains(urls("1.1.1.1:4222", "N2:4222", "N3:4222"));
        first.gone();
        assertThat(client.heard()).isEmpty();
        second.gone();
        assertThat(client.heard()).contains(urls("1.1.1.1:4222", "N3:4222"));
        other.says(LoneMesh.info("N3").ldm(true).build());
        assertThat(client.heard())
                .as("no list would be no news")
                .startsWith("INFO ")
                .contains(urls("1.1.1.1:4222"));
        other.gone();
        assertThat(client.heard()).isEmpty();
    }

    @Test
    void shouldTellClientsOnlyOfTheOthersWhenItIsAboutToLeave() {
        LoneMesh mesh = open();
        LoneMesh.Listener client = mesh.new Listener();
        Peer first = mesh.join("10.0.0.2", info("N2"));
        Peer second = mesh.join("10.0.0.3", info("N3"));
        client.heard();
        mesh.mesh.onLameDuck();
        assertThat(client.heard())
                .containsOnlyOnce("INFO ")
                .contains(urls("N2:4222", "N3:4222") + ",\"ldm\":true");
        first.gone();
        assertThat(client.heard()).contains(urls("N3:4222")).doesNotContain("ldm");
        second.gone();
        assertThat(client.heard()).startsWith("INFO ").doesNotContain("connect_urls", "ldm");
    }

    @Test
    void shouldNotBeFoundByClientsOfServersThatComeWhileItLeaves() {
        LoneMesh mesh = open();
        mesh.mesh.onLameDuck();
        Peer late = mesh.accept();
        assertThat(late.heard())
                .contains("\"server_id\":\"N1\"")
                .doesNotContain("connect_urls", "ldm");
    }

    /** It would take anything but PONG for an error. */
    @Test
    void shouldTellClientsOnlyBehindTheAnswerToTheirFirstPing() {
        LoneMesh mesh = open();
        LoneMesh.Listener client = mesh.new Listener(false);
        mesh.join("10.0.0.2", info("N2"));
        assertThat(client.heard()).isEmpty();
        client.says("PING\r\n");
        assertThat(client.heard()).startsWith("PONG\r\nINFO {").contains("N2:4222");
    }

    @Test
    void shouldTellClientsOfNobodyWhenItIsToldNotTo() {
        LoneMesh mesh = open(LoneMesh.options().noAdvertise(true));
        LoneMesh.Listener client = mesh.new Listener();
        Peer peer = mesh.accept();
        assertThat(peer.heard()).doesNotContain("connect_urls");
        peer.says(CONNECT_C).says(info("N2"));
        peer.gone();
        assertThat(client.heard()).isEmpty();
    }

    @Test
    void shouldKeepAddressesWhenOnlyTheRouteOfAnAccountIsLost() {
        LoneMesh mesh = open(pinning());
        LoneMesh.Listener client = mesh.new Listener();
        mesh.join("10.0.0.2", info("N2"));
        Peer account = mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("P").build());
        client.heard();
        account.gone();
        assertThat(client.heard()).isEmpty();
    }
}
