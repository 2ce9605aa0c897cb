package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.at;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.outbound;
import static io.millrace.broker.it.SuperClusters.start;
import static io.millrace.broker.it.SuperClusters.urls;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Consumer;

/** What the servers of one cluster tell each other, and other clusters, of their gateways. */
class GatewayGossipIT {
    private static final String ROUTE =
            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":true,\"name\":\"NROUTE\",\"cluster\":\"A\"}\r\n"
                    + "INFO {\"server_id\":\"NROUTE\",\"server_name\":\"route\","
                    + "\"version\":\"2.15.2\",\"proto\":3,\"go\":\"\",\"host\":\"127.0.0.1\","
                    + "\"port\":1,\"headers\":true,\"max_payload\":1048576,\"cluster\":\"A\","
                    + "\"compression\":\"off\",\"gateway_url\":\"10.0.0.2:7222\"} \r\n";

    private final LogLines log = new LogLines();

    private static Consumer<OptionsBuilder> cluster(NatsServer... others) {
        ClusterOptions.Builder cluster = ClusterOptions.builder().host("127.0.0.1").port(-1);
        cluster.routes(List.of(others).stream().map(Cluster::url).toList());
        return options -> options.cluster(cluster.build());
    }

    private static String url(NatsServer server) {
        return "127.0.0.1:" + server.gatewayPort();
    }

    /** The next line that is about a gateway: routes carry interest, too. */
    private static String toldOfGateways(RawClient route) throws IOException {
        String line;
        do {
            line = route.lineAfterPing();
        } while (line.startsWith("RS+ $SYS "));
        return line;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOtherClustersOfAllServersOfItsOwn(Mode mode) throws Exception {
        try (NatsServer one = start(mode, log, gateway -> gateway, cluster());
                RawClient peer = inbound(one)) {
            SuperClusters.fence(peer);
            try (RawClient route = new RawClient(one.clusterPort())) {
                assertThat(route.info())
                        .contains("\"cluster\":\"A\"", "\"gateway_url\":\"" + url(one) + "\"");
                route.send(ROUTE);
                assertThat(SuperClusters.told(peer)).contains(urls(url(one), "10.0.0.2:7222"));
            }
            // It is gone, and its gateway with it.
            assertThat(SuperClusters.told(peer)).contains(urls(url(one)) + ",");
            SuperClusters.fence(peer);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellItsOwnClusterOfOthers(Mode mode) throws Exception {
        try (ServerSocket b = listen();
                NatsServer one = start(mode, log, knowing("B", b), cluster());
                RawClient route = new RawClient(one.clusterPort())) {
            route.send(ROUTE);
            try (RawClient dialed = outbound(b, info("B", at(b), "10.0.0.9:7222"))) {
                dialed.fence();
                assertThat(toldOfGateways(route))
                        .isEqualTo(
                                SuperClusters.gossip("GW" + one.id(), "B", at(b), "10.0.0.9:7222"));
                // Whoever comes later hears of it, too.
                String other = ROUTE.replace("NROUTE", "NLATE").replace("\"route\"", "\"late\"");
                try (RawClient late = new RawClient(one.clusterPort())) {
                    late.send(other);
                    assertThat(toldOfGateways(late))
                            .isEqualTo(
                                    SuperClusters.gossip(
                                            "GW" + one.id(), "B", at(b), "10.0.0.9:7222"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldConnectEveryServerOfAClusterWithWhatOneOfThemKnows(Mode mode) throws Exception {
        try (ServerSocket b = listen();
                NatsServer one = start(mode, log, knowing("B", b), cluster());
                NatsServer other = start(mode, log, gateway -> gateway, cluster(one))) {
            Cluster.awaitMesh(one, other);
            try (RawClient first = outbound(b, info("B", at(b)));
                    RawClient second = outbound(b, info("B", at(b)))) {
                first.fence();
                second.fence();
            }
            log.await("Connecting to explicit gateway \"B\"");
            log.await("Connecting to implicit gateway \"B\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatItHasNoGatewaysWhenItIsToldOfOne(Mode mode) throws Exception {
        try (NatsServer server = Cluster.start(mode, log, cluster -> cluster.name("A"));
                RawClient route = new RawClient(server.clusterPort())) {
            route.send(ROUTE + SuperClusters.gossip("GWNROUTE", "B", "127.0.0.1:1"));
            log.await(
                    "[ERR] Received information about gateway \"B\" from NROUTE, but gateway is not"
                            + " configured");
        }
    }
}
