package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.cluster.LoneMesh.Dial;
import io.millrace.broker.cluster.LoneMesh.Peer;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What other options mean for routes that are up. */
class MeshReloadTest {
    private static final RouteUrl ONE = RouteUrl.parse("nats-route://10.0.0.8:6222");
    private static final RouteUrl OTHER = RouteUrl.parse("nats-route://10.0.0.9:6222");
    private static final SubjectRules ALL = SubjectRules.EVERYTHING;

    private @Nullable LoneMesh opened;

    private LoneMesh open(ClusterOptions.Builder options) {
        LoneMesh mesh = new LoneMesh(options.build());
        opened = mesh;
        return mesh;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static ClusterOptions.Builder options() {
        return LoneMesh.options();
    }

    /** A pool of three routes that N2 has dialed. */
    private static List<Peer> pool(LoneMesh mesh) {
        List<Peer> pool = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pool.add(mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolIdx(i).build()));
        }
        pool.forEach(Peer::heard);
        return pool;
    }

    private static SubjectRules allowing(String... subjects) {
        return new SubjectRules(List.of(subjects), List.of());
    }

    // --- routes

    @Test
    void shouldDialWhatIsNewAndEndWhatIsGone() {
        LoneMesh mesh = open(options().routes(List.of(ONE)));
        Peer peer = mesh.reach(mesh.dial().target(), LoneMesh.info("N2").build());

        mesh.reload(options().routes(List.of(OTHER)).build());
        assertThat(mesh.dial()).isEqualTo(new Dial(RouteTarget.configured(OTHER, ""), 1, 0));
        assertThat(peer.closed()).isEqualTo(CloseReason.ROUTE_REMOVED);
        assertThat(mesh.log).contains("INFO Removed route nats-route://10.0.0.8:6222");
        peer.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldNotDialAgainWhatIsGone() {
        LoneMesh mesh = open(options().routes(List.of(ONE)));
        RouteTarget target = mesh.dial().target();
        mesh.reload(options().build());
        mesh.fail(target, 1);
        assertThat(mesh.dials()).isEmpty();

        Peer late = mesh.reach(target);
        assertThat(late.closed()).isEqualTo(CloseReason.ROUTE_REMOVED);
        late.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldLeaveAloneWhatIsTheSame() {
        LoneMesh mesh = open(options().routes(List.of(ONE)));
        Peer peer = mesh.reach(mesh.dial().target(), LoneMesh.info("N2").build());
        Peer greeted = mesh.accept();
        peer.heard();
        greeted.heard();
        mesh.reload(options().routes(List.of(ONE)).build());
        assertThat(peer.heard() + greeted.heard()).isEmpty();
        assertThat(peer.closed()).isNull();
        assertThat(greeted.closed()).isNull();
        assertThat(mesh.dials()).isEmpty();
    }

    // --- who may stay

    @Test
    void shouldTurnAwayThoseThatMayNotStay() {
        LoneMesh mesh = open(options());
        Peer peer = mesh.join("10.0.0.2", LoneMesh.info("N2").build());
        peer.heard();
        mesh.reload(
                options().username("u").build(),
                session -> session.said() == null ? null : CloseReason.AUTHENTICATION_FAILURE);
        assertThat(peer.heard()).isEqualTo("-ERR 'Authorization Violation'\r\n");
        assertThat(peer.closed()).isEqualTo(CloseReason.AUTHENTICATION_FAILURE);
        peer.gone();
        assertThat(mesh.dials()).isEmpty();
    }

    @Test
    void shouldShakeHandsAnewWhereThatIsHalfDone() {
        LoneMesh mesh = open(options().routes(List.of(ONE)));
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target);
        mesh.reload(options().routes(List.of(ONE)).username("u").build());
        assertThat(peer.closed()).isEqualTo(CloseReason.ROUTE_REMOVED);
        peer.gone();
        Dial again = mesh.dial();
        assertThat(again.target()).isEqualTo(target);
        assertThat(again.delayMs()).isLessThan(100);
    }

    // --- permissions

    @Test
    void shouldTellWhatIsNewAndWhatIsOverWhenPermissionsChange() {
        RoutePermissions before = new RoutePermissions(allowing("a", "b"), ALL);
        LoneMesh mesh = open(options().poolSize(1).permissions(before));
        mesh.fixture.router.routes().permit(before);
        LoneMesh.Listener client = mesh.new Listener();
        client.says("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\nSUB c g 4\r\n");
        Peer peer = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolSize(1).build());
        assertThat(peer.heard()).contains("RS+ A a\r\n", "RS+ A b\r\n").doesNotContain(" c");

        mesh.reload(
                options()
                        .poolSize(1)
                        .permissions(new RoutePermissions(allowing("b", "c"), ALL))
                        .build());
        String heard = peer.heard();
        assertThat(heard).startsWith("INFO {\"server_id\":\"N1\"");
        assertThat(heard.substring(heard.indexOf("} \r\n") + 4).lines())
                .containsExactlyInAnyOrder("RS- A a", "RS+ A c", "RS+ A c g 1");

        mesh.reload(options().poolSize(1).build());
        assertThat(peer.heard().lines().skip(1)).containsExactly("RS+ A a");
        assertThat(peer.closed()).isNull();
    }

    @Test
    void shouldForgetInterestThatMayNotBeServedAnyMore() {
        LoneMesh mesh = open(options().poolSize(1));
        Peer peer = mesh.join("10.0.0.2", LoneMesh.info("N2").routePoolSize(1).build());
        peer.says("RS+ A a\r\nRS+ A b\r\n").heard();
        LoneMesh.Listener client = mesh.new Listener();
        client.says("PUB a 1\r\n1\r\nPUB b 1\r\n2\r\n");
        assertThat(peer.heard()).isEqualTo("RMSG A a 1\r\n1\r\nRMSG A b 1\r\n2\r\n");

        mesh.reload(
                options()
                        .poolSize(1)
                        .permissions(new RoutePermissions(ALL, allowing("b")))
                        .build());
        peer.heard();
        client.says("PUB a 1\r\n3\r\nPUB b 1\r\n4\r\n");
        assertThat(peer.heard()).isEqualTo("RMSG A b 1\r\n4\r\n");
    }

    @Test
    void shouldTellEverythingAgainWhenTheOtherServerTakesMore() {
        LoneMesh mesh = open(options().poolSize(1));
        mesh.new Listener().says("SUB a 1\r\nSUB b g 2\r\n");
        LinkInfo.Builder info =
                LoneMesh.info("N2")
                        .routePoolSize(1)
                        .exportRules(new LinkInfo.SubjectRules(List.of("a"), List.of()));
        Peer peer = mesh.join("10.0.0.2", info.build());
        peer.heard();
        peer.says(info.build());
        assertThat(peer.heard()).isEmpty();
        peer.says(info.exportRules(null).build());
        assertThat(peer.heard().lines()).containsExactlyInAnyOrder("RS+ A a", "RS+ A b g 1");
        assertThat(mesh.mesh.factsOf(peer.end.session.route()).exports()).isNull();
    }

    // --- the pool

    @Test
    void shouldMakeThePoolAnewWhenItsSizeChanges() {
        LoneMesh mesh = open(options().poolSize(1).routes(List.of(ONE)));
        RouteTarget target = mesh.dial().target();
        Peer peer = mesh.reach(target, LoneMesh.info("N2").routePoolSize(1).build());
        mesh.reload(options().poolSize(2).routes(List.of(ONE)).build());
        assertThat(peer.closed()).isEqualTo(CloseReason.ROUTE_REMOVED);
        peer.gone();
        Dial again = mesh.dial();
        assertThat(again.target()).isEqualTo(target);
        assertThat(again.delayMs()).isLessThan(100);

        Peer first = mesh.reach(target, LoneMesh.info("N2").routePoolSize(1).build());
        assertThat(first.heard()).contains("\"route_pool_size\":2").endsWith("PING\r\n");
        first.says("PONG\r\n");
        assertThat(mesh.dial().target()).isEqualTo(target);
        mesh.reach(target, LoneMesh.info("N2").routePoolSize(1).build());
        assertThat(mesh.routesTo("N2")).isEqualTo(2);
    }

    // --- accounts

    @Test
    void shouldAskForAnAccountAndDialItsRoutes() {
        LoneMesh mesh = open(options().routes(List.of(ONE, OTHER)));
        RouteTarget target = mesh.dials().getFirst().target();
        LinkInfo info = LoneMesh.info("N2").build();
        List<Peer> pool = Stream.generate(() -> mesh.reach(target, info)).limit(3).toList();
        pool.forEach(Peer::heard);
        mesh.reload(options().accounts(List.of("P")).routes(List.of(ONE, OTHER)).build());
        // Later, when those that were asked have agreed, and in any case.
        assertThat(mesh.dials())
                .allMatch(dial -> dial.delayMs() >= 1000)
                .extracting(Dial::target)
                .containsExactly(
                        RouteTarget.configured(ONE, "P"), RouteTarget.configured(OTHER, "P"));
        int index = RouteShare.poolIndex("P", 3);
        for (int i = 0; i < 3; i++) {
            String heard = pool.get(i).heard();
            if (i == index) {
                assertThat(heard)
                        .contains("\"route_pool_size\":3")
                        .contains("\"route_account\":\"P\"")
                        .contains("\"route_acc_add_reqid\":\"N1-P\"");
            } else {
                assertThat(heard).isEmpty();
            }
        }
        pool.get(index).says(LinkInfo.builder().routeAccAddReqId("other").build());
        assertThat(mesh.dials()).isEmpty();
        pool.get(index).says(LinkInfo.builder().routeAccAddReqId("N1-P").build());
        assertThat(mesh.dial()).isEqualTo(new Dial(RouteTarget.configured(ONE, "P"), 1, 0));
        assertThat(mesh.routesTo("N2")).isEqualTo(3);
    }

    @Test
    void shouldAgreeWhenAnotherServerAsksForAnAccount() {
        LoneMesh mesh = open(options());
        List<Peer> pool = pool(mesh);
        Peer asking = pool.getFirst();
        asking.says(
                "INFO {\"server_id\":\"\",\"route_pool_size\":3,\"route_account\":\"P\","
                        + "\"route_acc_add_reqid\":\"x\"} \r\n");
        assertThat(asking.heard())
                .contains("\"route_acc_add_reqid\":\"x\"")
                .doesNotContain("route_account");
        Peer own = mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("P").build());
        assertThat(own.isRegistered()).isTrue();

        // It stays so, whatever else is configured.
        mesh.reload(options().connectRetries(3).build());
        assertThat(own.closed()).isNull();
        own.gone();
        assertThat(
                        mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("P").build())
                                .isRegistered())
                .isTrue();
    }

    @Test
    void shouldSayWhenAnotherServerAsksForAnAccountThatThereIsNot() {
        LoneMesh mesh = open(options());
        Peer asking = pool(mesh).getFirst();
        asking.says(
                "INFO {\"route_pool_size\":3,\"route_account\":\"none\","
                        + "\"route_acc_add_reqid\":\"x\"} \r\n");
        assertThat(asking.heard()).isEmpty();
        assertThat(asking.closed()).isNull();
        assertThat(mesh.log).contains("ERROR Error looking up account \"none\": account missing");
    }

    /** The old interest serves until the new route tells, and never both. */
    @Test
    void shouldTakeOverInterestOfAnAccountThatGetsItsOwnRoute() {
        LoneMesh mesh = open(options());
        List<Peer> pool = pool(mesh);
        int index = RouteShare.poolIndex("A", 3);
        Peer carrier = pool.get(index);
        carrier.says("RS+ A a\r\n").heard();
        LoneMesh.Listener client = mesh.new Listener();

        mesh.reload(options().accounts(List.of("A")).build());
        carrier.heard();
        client.says("PUB a 1\r\n1\r\n");
        assertThat(carrier.heard()).isEqualTo("RMSG A a 1\r\n1\r\n");

        Peer own = mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("A").build());
        // Sent before the other server was asked, and late.
        carrier.says("RS+ A b\r\n");
        own.says("RS+ a\r\nRS+ b\r\n");
        carrier.says(LinkInfo.builder().routeAccAddReqId("N1-A").build());
        own.heard();
        client.says("PUB a 1\r\n2\r\nPUB b 1\r\n3\r\n");
        assertThat(own.heard()).isEqualTo("RMSG a 1\r\n2\r\nRMSG b 1\r\n3\r\n");
        assertThat(carrier.heard()).isEmpty();
    }

    /** The other server may not have dialed for the account, and then keeps what it knew. */
    @Test
    void shouldTellThePoolWhatEndsWhenAnAccountHasGotItsOwnRoute() {
        LoneMesh mesh = open(options());
        List<Peer> pool = pool(mesh);
        Peer carrier = pool.get(RouteShare.poolIndex("A", 3));
        LoneMesh.Listener client = mesh.new Listener();
        client.says("SUB a 1\r\n");
        carrier.heard();
        mesh.reload(options().accounts(List.of("A")).build());
        carrier.heard();
        client.says("SUB b 2\r\nUNSUB 2\r\nUNSUB 1\r\n");
        assertThat(carrier.heard()).isEqualTo("RS- A b\r\nRS- A a\r\n");
        mesh.reload(options().build());
        client.says("SUB b 2\r\nUNSUB 2\r\n");
        assertThat(carrier.heard()).isEqualTo("RS+ A b\r\nRS- A b\r\n");
    }

    @Test
    void shouldTellInterestToThePoolWhenAnAccountLosesItsRoute() {
        LoneMesh mesh = open(options().accounts(List.of("A")));
        List<Peer> pool = pool(mesh);
        Peer own = mesh.join("10.0.0.2", LoneMesh.info("N2").routeAccount("A").build());
        mesh.new Listener().says("SUB a 1\r\n");
        assertThat(own.heard()).endsWith("RS+ a\r\n");

        mesh.reload(options().build());
        assertThat(own.closed()).isEqualTo(CloseReason.ROUTE_REMOVED);
        int index = RouteShare.poolIndex("A", 3);
        assertThat(pool.get(index).heard()).isEqualTo("RS+ A a\r\n");
    }

    // --- clients

    @Test
    void shouldTellClientsOfNobodyWhenThatIsNotWantedAnyMore() {
        LoneMesh mesh = open(options());
        mesh.join("10.0.0.2", LoneMesh.info("N2").build());
        assertThat(mesh.fixture.info().connectUrls()).containsExactly("1.1.1.1:4222", "N2:4222");
        mesh.reload(options().noAdvertise(true).build());
        assertThat(mesh.fixture.info().connectUrls()).isEmpty();
        mesh.reload(options().build());
        assertThat(mesh.fixture.info().connectUrls()).containsExactly("1.1.1.1:4222", "N2:4222");
    }

    @Test
    void shouldTakeOverTheNameOfTheCluster() {
        LoneMesh mesh = open(options());
        Peer peer = mesh.join("10.0.0.2", LoneMesh.info("N2").build());
        mesh.reload(options().name("D").build());
        assertThat(mesh.fixture.info().cluster()).isEqualTo("D");
        assertThat(mesh.log).contains("INFO Cluster name updated to D");
        assertThat(peer.closed()).isNull();
        assertThat(mesh.accept().heard()).contains("\"cluster\":\"D\"");

        // Others aren't told by the name it had: they would part with who tells them.
        Peer late = mesh.accept("10.0.0.3");
        late.says("CONNECT {\"name\":\"N3\",\"cluster\":\"D\"}\r\n");
        late.says(LoneMesh.info("N3").cluster("D").build());
        late.heard();
        peer.heard();
        mesh.mesh.mend();
        mesh.mesh.mend();
        mesh.flush();
        assertThat(late.heard()).contains("\"server_id\":\"N2\"").doesNotContain("\"cluster\"");
    }
}
