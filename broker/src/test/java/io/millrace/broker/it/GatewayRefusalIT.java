package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.CONNECT;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.infoOf;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;

/** Who isn't taken in as a gateway, and what both sides are told of it. */
class GatewayRefusalIT {
    private final LogLines log = new LogLines();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayClientsAndRoutes(Mode mode) throws Exception {
        String[] others = {
            "CONNECT {\"verbose\":false,\"lang\":\"go\",\"version\":\"1\"}\r\n",
            "CONNECT {\"name\":\"NR\",\"cluster\":\"C\",\"headers\":true}\r\n"
        };
        try (NatsServer server = start(mode, log, gateway -> gateway)) {
            for (String other : others) {
                try (RawClient peer = new RawClient(server.gatewayPort())) {
                    peer.send(other);
                    peer.expect("-ERR 'attempted to connect to gateway port'\r\n");
                    peer.expectClosed();
                }
            }
            log.await("[ERR]", " - gid:", " - attempted to connect to gateway port");
            log.await("Gateway connection closed: Incorrect Port");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayWhoIsNotWhoItSays(Mode mode) throws Exception {
        try (NatsServer server =
                start(
                        mode,
                        log,
                        gateway ->
                                gateway.username("gwu")
                                        .password(new Secret("gwp"))
                                        .authTimeout(Duration.ofMinutes(1)))) {
            String user = CONNECT.replace("\"name\"", "\"user\":\"gwu\",\"pass\":\"%s\",\"name\"");
            for (String wrong : new String[] {CONNECT, user.formatted("wrong")}) {
                try (RawClient peer = new RawClient(server.gatewayPort())) {
                    assertThat(peer.info()).contains("\"auth_required\":true");
                    peer.send(wrong);
                    peer.expect("-ERR 'Authorization Violation'\r\n");
                    peer.expectClosed();
                }
            }
            for (String early : new String[] {info("B"), "PING\r\n", "RMSG $G a 0\r\n\r\n"}) {
                try (RawClient peer = new RawClient(server.gatewayPort())) {
                    peer.send(early);
                    peer.expect("-ERR 'Authorization Violation'\r\n");
                    peer.expectClosed();
                }
            }
            try (RawClient peer = new RawClient(server.gatewayPort())) {
                peer.send(user.formatted("gwp") + info("B"));
                SuperClusters.fence(peer);
                log.await("Inbound gateway connection from \"B\" (NPEER) registered");
            }
            assertThat(log.all()).noneMatch(line -> line.contains("gwp"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotWaitForeverForWhoMustSayWhoItIs(Mode mode) throws Exception {
        try (NatsServer server =
                        start(
                                mode,
                                log,
                                gateway ->
                                        gateway.username("gwu")
                                                .password(new Secret("gwp"))
                                                .authTimeout(Duration.ofMillis(300)));
                RawClient silent = new RawClient(server.gatewayPort())) {
            silent.expect("-ERR 'Authentication Timeout'\r\n");
            silent.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayUnknownClustersIfItIsToldSo(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                gateway ->
                                        knowing("C", listening)
                                                .apply(gateway)
                                                .rejectUnknown(true))) {
            try (RawClient peer = new RawClient(server.gatewayPort())) {
                peer.send(CONNECT);
                peer.expect("-ERR 'Connection to gateway \"A\" rejected'\r\n");
                peer.expectClosed();
            }
            log.await("[ERR]", " - Rejecting connection from gateway \"B\"");
            log.await("Gateway connection closed: Wrong Gateway");
            // Nor is one believed that says it is another only later, or tells of others.
            try (RawClient peer = new RawClient(server.gatewayPort())) {
                peer.send(CONNECT.replace("\"B\"", "\"C\"") + info("B"));
                peer.expect("-ERR 'Connection to gateway \"A\" rejected'\r\n");
                peer.expectClosed();
            }
            try (RawClient c = SuperClusters.outbound(listening, infoOf("NC", "c", "C"))) {
                c.send(SuperClusters.gossip("NC", "D", "127.0.0.1:1"));
                c.fence();
                assertThat(log.all()).noneMatch(line -> line.contains("gateway \"D\""));
                // Of one that was believed in others would be told.
                try (RawClient peer = SuperClusters.inboundOfC(server)) {
                    SuperClusters.fence(peer);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNoticeThatItGotSomewhereElse(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer _ = start(mode, log, knowing("B", listening))) {
            String clients = "INFO {\"server_id\":\"NX\",\"max_payload\":1} \r\n";
            try (RawClient port = RawClient.dialed(listening, clients)) {
                assertThat(port.info())
                        .isEqualTo(
                                "-ERR 'Attempt to connect to gateway \"B\" using wrong port'\r\n");
                port.expectClosed();
            }
            log.await("[ERR]", " - Attempt to connect to gateway \"B\" using wrong port");
            try (RawClient other = RawClient.dialed(listening, info("X"))) {
                assertThat(other.info())
                        .isEqualTo(
                                "-ERR 'Connection from \"A\" rejected, wanted to connect to"
                                        + " \"B\", this is \"X\"'\r\n");
                other.expectClosed();
            }
            log.await("[ERR]", "Failing connection to gateway \"B\", remote gateway name is \"X\"");
            // It is tried again.
            try (RawClient right = SuperClusters.outbound(listening, info("B"))) {
                right.fence();
            }
        }
    }

    /** Whoever tells of a cluster may name any port, for one this server's own. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetAClusterThatIsNotWhereItIsSaidToBe(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                RawClient peer = SuperClusters.outbound(listening, info("B"))) {
            String own = "127.0.0.1:" + server.gatewayPort();
            peer.send(SuperClusters.gossip("NPEER", "X", own));
            log.await("Failing connection to gateway \"X\", remote gateway name is \"A\"");
            log.await("Gateway connection closed: Wrong Gateway");
            // It is news again, which it wouldn't be if it was still known.
            Modes.await(
                    "it is dialed again",
                    () -> {
                        tell(peer, SuperClusters.gossip("NPEER", "X", own));
                        return count("Connecting to implicit gateway \"X\"") >= 2;
                    });
            assertThat(count("Attempting reconnect for gateway \"X\"")).isZero();
        }
    }

    private static void tell(RawClient peer, String said) {
        try {
            peer.send(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long count(String text) {
        return log.all().stream().filter(line -> line.contains(text)).count();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayAServerWithItsOwnName(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                knowing("B", listening),
                                options -> options.serverName("peer"))) {
            try (RawClient peer = inbound(server)) {
                assertThat(peer.readToEnd()).isZero();
            }
            try (RawClient dialed = RawClient.dialed(listening, info("B"))) {
                assertThat(dialed.info()).isEqualTo("<closed>");
            }
            log.await("[ERR]", " - Remote server has a duplicate name: \"peer\"");
            log.await("Gateway connection closed: Duplicate Server Name");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBearThatEverythingIsSaidTwice(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway);
                RawClient peer = inbound(server)) {
            SuperClusters.fence(peer);
            peer.send(CONNECT + info("B") + CONNECT + info("B"));
            SuperClusters.fence(peer);
            assertThat(log.all().stream().filter(line -> line.contains("registered"))).hasSize(1);
            peer.send(CONNECT.replace("\"B\"", "\"C\""));
            peer.expect("-ERR 'Connection to gateway \"A\" rejected'\r\n");
            peer.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeInterestOnlyFromWhomItHasDialed(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway)) {
            for (String line : new String[] {"RS+ $G a", "RS- $G a", "A+ $G", "A- $G"}) {
                try (RawClient peer = inbound(server)) {
                    SuperClusters.fence(peer);
                    peer.send(line + "\r\n");
                    peer.expectClosed();
                }
                String verb = line.substring(0, line.indexOf(' '));
                log.await("Received " + verb + " from gateway on inbound connection");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAGatewayThatSaysWhatIsNone(Mode mode) throws Exception {
        String[] wrong = {
            "SUB a 1\r\n",
            "RS+ $G a q\r\n",
            "LS+ a\r\n",
            "A+ a b\r\n",
            "INFO {\"gateway_cmd_payload\":\"?\"}\r\n",
            "-ERR 'no'\r\n"
        };
        try (NatsServer server = start(mode, log, gateway -> gateway)) {
            for (String each : wrong) {
                try (RawClient peer = inbound(server)) {
                    SuperClusters.fence(peer);
                    peer.send(each);
                    peer.readToEnd();
                }
            }
            log.await("Gateway parser ERROR: proto='SUB a 1");
            log.await("processGatewaySubjectSub Parse Error: '$G a q'");
            log.await("Gateway Error 'no'");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBearAServerThatComesAndGoes(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway);
                RawClient client = RawClient.connected(server)) {
            for (int i = 0; i < 100; i++) {
                RawClient peer = inbound(server);
                if (i % 2 == 0) {
                    peer.reset();
                } else {
                    peer.close();
                }
                client.fence();
            }
            try (RawClient peer = inbound(server)) {
                SuperClusters.fence(peer);
            }
            Modes.await(
                    "all are gone",
                    () ->
                            log.all().stream()
                                            .filter(line -> line.contains("Gateway connection cl"))
                                            .count()
                                    == 101);
        }
    }
}
