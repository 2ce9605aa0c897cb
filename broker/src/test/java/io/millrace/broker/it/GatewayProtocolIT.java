package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.at;
import static io.millrace.broker.it.SuperClusters.gossip;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.inboundOfC;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.infoOf;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.outbound;
import static io.millrace.broker.it.SuperClusters.remote;
import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.ServerSocket;

/** How servers of different clusters get to know each other, byte by byte. */
class GatewayProtocolIT {
    private final LogLines log = new LogLines();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIntroduceItselfToWhoDials(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway);
                RawClient peer = new RawClient(server.gatewayPort())) {
            int port = server.gatewayPort();
            assertThat(peer.info())
                    .isEqualTo(
                            "INFO {\"server_id\":\""
                                    + server.id()
                                    + "\",\"server_name\":\"\",\"version\":\"2.15.2\",\"proto\":3,"
                                    + "\"go\":\"\",\"host\":\"127.0.0.1\",\"port\":"
                                    + port
                                    + ",\"headers\":true,\"max_payload\":1048576,"
                                    + "\"gateway\":\"A\",\"gateway_urls\":[\"127.0.0.1:"
                                    + port
                                    + "\"],\"gateway_url\":\"127.0.0.1:"
                                    + port
                                    + "\",\"gateway_nrp\":true,\"gateway_iom\":true} \r\n");
            log.await("[INF] Gateway name is A");
            log.await("[INF] Listening for gateways connections on 127.0.0.1:" + port);
            log.await("[INF] Address for gateway \"A\" is 127.0.0.1:" + port);
            log.await("[INF]", " - gid:", " - Processing inbound gateway connection");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhatItAdvertises(Mode mode) throws Exception {
        try (NatsServer server =
                        start(mode, log, gateway -> gateway.advertise("gw.example.com:7000"));
                RawClient peer = new RawClient(server.gatewayPort())) {
            assertThat(peer.info())
                    .contains("\"host\":\"gw.example.com\",\"port\":7000")
                    .contains("\"gateway_urls\":[\"gw.example.com:7000\"]")
                    .contains("\"gateway_url\":\"gw.example.com:7000\"");
            log.await("Advertise address for gateway \"A\" is set to gw.example.com:7000");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeInWhoDialsAndDialBack(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, gateway -> gateway);
                RawClient peer = inbound(server, at(listening))) {
            SuperClusters.fence(peer);
            log.await("Inbound gateway connection from \"B\" (NPEER) registered");
            try (RawClient dialed = RawClient.dialed(listening, info("B", at(listening)))) {
                assertThat(dialed.info())
                        .isEqualTo(
                                "CONNECT {\"echo\":false,\"verbose\":false,\"pedantic\":false,"
                                        + "\"tls_required\":false,\"headers\":false,\"name\":\""
                                        + server.id()
                                        + "\",\"cluster\":\"\",\"gateway\":\"A\"}\r\n");
                assertThat(dialed.line()).isEqualTo(peer.info());
                dialed.fence();
                String at = at(listening);
                log.await(
                        "[INF] Connecting to implicit gateway \"B\" ("
                                + at
                                + ") at "
                                + at
                                + " (attempt 1)");
                log.await(at + " - gid:", "Creating outbound gateway connection to \"B\"");
                log.await("Outbound gateway connection to \"B\" (NPEER) registered");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDialAConfiguredClusterAsItsUrlSaysAndAgainWhenItIsLost(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(mode, log, knowing(remote("B", "u:p@" + at(listening))))) {
            for (int i = 0; i < 2; i++) {
                try (RawClient dialed = RawClient.dialed(listening, info("B"))) {
                    assertThat(dialed.info())
                            .contains("\"user\":\"u\",\"pass\":\"p\",\"tls_required\":false")
                            .endsWith(",\"gateway\":\"A\"}\r\n");
                    assertThat(dialed.line()).startsWith("INFO {\"server_id\":\"" + server.id());
                    dialed.fence();
                }
                log.await("[DBG] Attempting reconnect for gateway \"B\"");
            }
            assertThat(log.await("[INF] Connecting to explicit gateway \"B\""))
                    .endsWith(" (attempt 1)")
                    .doesNotContain("u:p");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeTheUserOfItsOwnBlockWhereAUrlNamesNone(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                gateway ->
                                        knowing("B", listening)
                                                .apply(gateway)
                                                .username("gwu")
                                                .password(new Secret("gwp")));
                RawClient dialed = RawClient.dialed(listening, info("B"))) {
            assertThat(dialed.info()).contains("\"user\":\"gwu\",\"pass\":\"gwp\"");
            assertThat(dialed.line()).contains("\"auth_required\":true", server.id());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTryAllServersOfAClusterInTurn(Mode mode) throws Exception {
        String nobody = "127.0.0.1:" + FreePort.any();
        try (ServerSocket listening = listen();
                NatsServer _ = start(mode, log, knowing(remote("B", nobody, at(listening))));
                RawClient dialed = outbound(listening, info("B"))) {
            dialed.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIgnoreItselfAmongTheConfiguredClusters(Mode mode) throws Exception {
        try (ServerSocket own = listen();
                ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                knowing(remote("A", at(own)), remote("B", at(listening))));
                RawClient dialed = outbound(listening, info("B"))) {
            dialed.fence();
            assertThat(log.all()).noneMatch(line -> line.contains("gateway \"A\" ("));
            // Others are told of all that are dialed.
            try (RawClient peer = inboundOfC(server)) {
                assertThat(SuperClusters.told(peer))
                        .isEqualTo(gossip(server.id(), "B", at(listening)));
                SuperClusters.fence(peer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfOtherClustersAndHearOfThem(Mode mode) throws Exception {
        try (ServerSocket ofC = listen();
                ServerSocket ofD = listen();
                NatsServer server = start(mode, log, knowing("C", ofC));
                RawClient peer = inbound(server)) {
            assertThat(SuperClusters.told(peer)).isEqualTo(gossip(server.id(), "C", at(ofC)));
            SuperClusters.fence(peer);
            try (RawClient c = outbound(ofC, infoOf("NC", "c", "C", at(ofC)))) {
                // Gossip of the own cluster and of those that are known changes nothing.
                c.send(gossip("NC", "A", "127.0.0.1:1"));
                c.send(gossip("NC", "D", at(ofD)));
                try (RawClient d = outbound(ofD, infoOf("ND", "d", "D", at(ofD)))) {
                    d.fence();
                    c.fence();
                }
            }
            log.await("Connecting to implicit gateway \"D\" (" + at(ofD) + ")");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveUpAClusterThatItHasOnlyHeardOf(Mode mode) throws Exception {
        String url = "127.0.0.1:" + FreePort.any();
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                gateway ->
                                        knowing("C", listening).apply(gateway).connectRetries(1));
                RawClient c = outbound(listening, infoOf("NC", "c", "C", at(listening)))) {
            c.send(gossip("NC", "D", url));
            log.await("[ERR] Error connecting to implicit gateway \"D\" (" + url + ")", "1):");
            assertThat(log.await("[DBG] Error connecting to implicit gateway \"D\"", "2):"))
                    .endsWith(
                            " at "
                                    + url
                                    + " (attempt 2): dial tcp "
                                    + url
                                    + ": connect: connection refused");
            // It is told of no more.
            try (RawClient peer = inbound(server)) {
                assertThat(SuperClusters.told(peer))
                        .isEqualTo(gossip(server.id(), "C", at(listening)));
                SuperClusters.fence(peer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepOnlySoManyUrlsThatOthersTell(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("C", listening));
                RawClient c = outbound(listening, infoOf("NC", "c", "C", at(listening)))) {
            for (int i = 0; i < 50; i++) {
                String[] urls = new String[2_000];
                for (int j = 0; j < urls.length; j++) {
                    urls[j] = "10." + i + "." + j / 250 + "." + j % 250 + ":7222";
                }
                c.send(gossip("NC", "D", urls));
                c.send("INFO {\"server_id\":\"NC\",\"gateway\":\"C\"} \r\n");
            }
            c.fence();
            try (RawClient peer = inbound(server)) {
                assertThat(SuperClusters.told(peer)).contains("\"gateway\":\"C\"");
                String told = SuperClusters.told(peer);
                assertThat(told).contains("\"gateway\":\"D\"");
                assertThat(told.length()).isBetween(32 * 1024, 64 * 1024);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearOfUrlsAndForgetThoseThatAreGone(Mode mode) throws Exception {
        try (ServerSocket first = listen();
                ServerSocket second = listen();
                NatsServer server = start(mode, log, knowing("B", first))) {
            try (RawClient dialed = outbound(first, info("B", at(first), at(second)))) {
                try (RawClient peer = inboundOfC(server)) {
                    assertThat(SuperClusters.told(peer))
                            .isEqualTo(gossip(server.id(), "B", at(first), at(second)));
                }
                dialed.send(info("B", at(first)));
                dialed.fence();
                try (RawClient peer = inboundOfC(server)) {
                    assertThat(SuperClusters.told(peer))
                            .isEqualTo(gossip(server.id(), "B", at(first)));
                }
            }
        }
    }
}
