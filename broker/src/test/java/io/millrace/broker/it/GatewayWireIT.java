package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.at;
import static io.millrace.broker.it.SuperClusters.expect;
import static io.millrace.broker.it.SuperClusters.get;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.infoOf;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.outbound;
import static io.millrace.broker.it.SuperClusters.remote;
import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Messages and interest as they cross gateways, byte by byte. */
@Tag("thorough")
class GatewayWireIT {
    private final LogLines log = new LogLines();

    /** Such a server as tells only what it doesn't want. */
    private static String oldInfo() {
        return info("B").replace(",\"gateway_iom\":true", "");
    }

    /** The command that all interest in an account is about to be told, or has been. */
    private static String command(int command, String account) {
        byte[] name = account.getBytes(StandardCharsets.UTF_8);
        return "INFO {\"gateway\":\"B\",\"gateway_cmd\":%d,\"gateway_cmd_payload\":\"%s\"}\r\n"
                .formatted(command, Base64.getEncoder().encodeToString(name));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendWhatAnotherClusterWants(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                RawClient client = RawClient.connected(server);
                RawClient peer = outbound(listening, info("B"))) {
            peer.send("RS+ $G a\r\nRS+ $G a.*\r\nRS+ $G a.b\r\nRS+ $G q one 1\r\n");
            peer.send("RS+ $G q two 1\r\nRS+ $G both\r\nRS+ $G both one 1\r\n");
            peer.fence();
            client.send("PUB a 5\r\nhello\r\n");
            expect(peer, "RMSG $G a 5\r\nhello\r\n");
            client.send("PUB a.b r 2\r\nhi\r\n");
            expect(peer, "RMSG $G a.b r 2\r\nhi\r\n");
            client.send("HPUB a r 17 19\r\nNATS/1.0\r\nA:b\r\n\r\nhi\r\n");
            expect(peer, "HMSG $G a r 17 19\r\nNATS/1.0\r\nA:b\r\n\r\nhi\r\n");
            client.send("PUB q 2\r\nhi\r\n");
            String queues = peer.lineAfterPing();
            assertThat(queues).isIn("RMSG $G q | one two 2\r\n", "RMSG $G q | two one 2\r\n");
            peer.expect("hi\r\n");
            client.send("PUB both r 2\r\nhi\r\n");
            expect(peer, "RMSG $G both + r one 2\r\nhi\r\n");
            peer.send("RS- $G a\r\nRS- $G both one\r\nRS- $G unknown\r\n");
            peer.fence();
            client.send("PUB a 5\r\nhello\r\nPUB both 2\r\nhi\r\n");
            expect(peer, "RMSG $G both 2\r\nhi\r\n");
            peer.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendNoHeadersToWhomDoesNotUnderstandThem(Mode mode) throws Exception {
        String old = info("B").replace("\"headers\":true", "\"headers\":false");
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing(remote("B", at(listening))));
                RawClient client = RawClient.connected(server);
                RawClient peer = outbound(listening, old)) {
            peer.send("RS+ $G a\r\n");
            peer.fence();
            client.send("HPUB a r 17 19\r\nNATS/1.0\r\nA:b\r\n\r\nhi\r\n");
            expect(peer, "RMSG $G a r 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepNoNamesOfAccountsThatAreTooLong(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                "A",
                                knowing(remote("B", at(listening))),
                                options -> options.httpPort(-1));
                RawClient peer = outbound(listening, oldInfo())) {
            peer.send(command(3, "x".repeat(300)) + command(3, "y".repeat(301)));
            fence(peer);
            assertThat(get(server, "/gatewayz?accs=1"))
                    .contains("\"" + "x".repeat(300) + "\"")
                    .doesNotContain("y".repeat(300));
        }
    }

    /** So long as the other cluster may not have heard of the interest in the answer. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHaveAnswersSentStraightBack(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                RawClient client = RawClient.connected(server);
                RawClient peer = outbound(listening, info("B"))) {
            peer.send("RS+ $G ask\r\n");
            peer.fence();
            client.send("PUB ask other 2\r\nhi\r\nSUB answer 1\r\nPUB ask answer 2\r\nhi\r\n");
            expect(peer, "RMSG $G ask other 2\r\nhi\r\n");
            String line = peer.lineAfterPing();
            assertThat(line)
                    .matches("RMSG \\$G ask _GR_\\.[A-Za-z0-9]{6}\\.[A-Za-z0-9]{6}\\.answer 2\r\n");
            peer.expect("hi\r\n");
            String reply = line.split(" ")[3];
            try (RawClient back = inbound(server)) {
                back.send("RMSG $G " + reply + " 2\r\nok\r\n");
                expect(client, "MSG answer 1 2\r\nok\r\n");
                // Of another cluster, and of one that is too short.
                back.send("RMSG $G _GR_.zzzzzz.zzzzzz.answer 2\r\nno\r\n");
                back.send("RMSG $G _GR_.answer 2\r\nno\r\n");
                SuperClusters.fence(back);
                client.fence();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveWhatComesToThoseItIsFor(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway);
                RawClient client = RawClient.connected(server);
                RawClient peer = inbound(server)) {
            SuperClusters.fence(peer);
            client.send("SUB a 1\r\nSUB a.* 2\r\nSUB a one 3\r\nSUB a two 4\r\nSUB a 5\r\n");
            client.fence();
            expect(peer, "RS+ $G a\r\n");
            expect(peer, "RS+ $G a.*\r\n");
            expect(peer, "RS+ $G a one 1\r\n");
            expect(peer, "RS+ $G a two 1\r\n");
            // Groups that aren't named got it elsewhere.
            peer.send("RMSG $G a | two 2\r\nhi\r\nRMSG $G a.b r 1\r\n!\r\nRMSG NONE a 1\r\n!\r\n");
            for (int i = 0; i < 3; i++) {
                RawMessage message = RawMessage.read(client);
                assertThat(message.sid()).isIn("1", "4", "5");
                assertThat(message.payload()).isEqualTo("hi");
            }
            expect(client, "MSG a.b 2 r 1\r\n!\r\n");
            client.fence();
            client.send("UNSUB 1\r\n");
            client.fence();
            SuperClusters.fence(peer);
            client.send("UNSUB 5\r\nUNSUB 4\r\n");
            expect(peer, "RS- $G a\r\n");
            expect(peer, "RS- $G a two\r\n");
            log.await("Unknown account for gateway message on subject: \"a\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskTheNearestClusterFirst(Mode mode) throws Exception {
        try (ServerSocket ofB = listen();
                ServerSocket ofC = listen();
                NatsServer server =
                        start(mode, log, knowing(remote("B", at(ofB)), remote("C", at(ofC))));
                RawClient client = RawClient.connected(server);
                RawClient b = outbound(ofB, info("B"));
                RawClient c = outbound(ofC, infoOf("NC", "c", "C"))) {
            for (RawClient each : new RawClient[] {b, c}) {
                each.send("RS+ $G job work 1\r\n");
                each.fence();
            }
            assertThat(b.line()).isEqualTo("PING\r\n");
            assertThat(c.line()).isEqualTo("PING\r\n");
            c.send("PONG\r\n");
            c.fence();
            // What is nobody's answer for a while is far away.
            client.fence();
            Modes.await("a while", new Elapsed(Duration.ofMillis(300)));
            b.send("PONG\r\n");
            b.fence();
            for (int i = 0; i < 10; i++) {
                client.send("PUB job 1\r\n" + i + "\r\n");
                expect(c, "RMSG $G job | work 1\r\n" + i + "\r\n");
            }
            b.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendEverythingToWhomTellsOnlyWhatItDoesNotWant(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(mode, log, knowing("B", listening), options -> options.httpPort(-1));
                RawClient client = RawClient.connected(server);
                RawClient peer = outbound(listening, oldInfo())) {
            // What the server says of itself isn't what this is about.
            peer.send(command(2, "$SYS") + command(3, "$SYS"));
            fence(peer);
            client.send("PUB any r 2\r\nhi\r\n");
            expect(peer, "RMSG $G any r 2\r\nhi\r\n");
            peer.send("RS- $G any\r\nRS- $G some.one\r\nRS+ $G q work 1\r\n");
            peer.fence();
            client.send("PUB any 2\r\nno\r\nPUB q 2\r\nhi\r\nPUB some.one 2\r\nno\r\n");
            expect(peer, "RMSG $G q | work 2\r\nhi\r\n");
            peer.fence();
            assertThat(get(server, "/gatewayz?accs=1"))
                    .contains(
                            """
                            "name": "$G",
                                      "interest_mode": "Optimistic",
                                      "no_interest_count": 2,
                            """);
            peer.send("RS+ $G some.*\r\nRS+ $G any\r\n");
            peer.fence();
            client.send("PUB any 2\r\nhi\r\nPUB some.one 2\r\nhi\r\n");
            expect(peer, "RMSG $G any 2\r\nhi\r\n");
            expect(peer, "RMSG $G some.one 2\r\nhi\r\n");
            peer.send("A- $G\r\n");
            peer.fence();
            client.send("PUB any 2\r\nno\r\n");
            client.fence();
            peer.fence();
            peer.send("A+ $G\r\n");
            peer.fence();
            client.send("PUB any 2\r\nhi\r\n");
            expect(peer, "RMSG $G any 2\r\nhi\r\n");
            // It switches: what it tells counts, and until it is done what it hasn't told, too.
            peer.send("RS- $G any\r\n" + command(2, "$G") + "RS+ $G wanted\r\n");
            peer.fence();
            client.send("PUB any 2\r\nno\r\nPUB x 2\r\nhi\r\nPUB wanted 2\r\nhi\r\n");
            expect(peer, "RMSG $G x 2\r\nhi\r\n");
            expect(peer, "RMSG $G wanted 2\r\nhi\r\n");
            peer.send(command(3, "$G"));
            peer.fence();
            client.send("PUB x 2\r\nno\r\nPUB any 2\r\nno\r\nPUB wanted 2\r\nhi\r\n");
            expect(peer, "RMSG $G wanted 2\r\nhi\r\n");
            peer.send("RS- $G wanted\r\n");
            peer.fence();
            client.send("SUB r 1\r\nPUB wanted r 0\r\n\r\n");
            assertThat(RawMessage.read(client).headers()).startsWith("NATS/1.0 503");
            peer.fence();
        }
    }

    /** Reads on until all that was sent before is answered. */
    private static void fence(RawClient peer) throws IOException {
        peer.send("PING\r\n");
        String line = peer.lineAfterPing();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).startsWith("RMSG $SYS ").doesNotContain("<closed>");
            int length = Integer.parseInt(line.strip().substring(line.lastIndexOf(' ') + 1));
            peer.skip(length + 2);
            line = peer.lineAfterPing();
        }
    }

    /** Of what there is no room for it gets more than it wants. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRememberOnlySoMuchOfWhatIsNotWanted(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                RawClient client = RawClient.connected(server);
                RawClient peer = outbound(listening, oldInfo())) {
            peer.send(command(2, "$SYS") + command(3, "$SYS"));
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 100_000; i++) {
                lines.append("RS- $G not.wanted.").append(i).append("\r\n");
            }
            peer.send(lines.toString());
            fence(peer);
            client.send("PUB not.wanted.1 1\r\n1\r\nPUB not.wanted.99999 1\r\n2\r\n");
            expect(peer, "RMSG $G not.wanted.99999 1\r\n2\r\n");
            peer.send("RS+ $G not.>\r\n");
            peer.fence();
            client.send("PUB not.wanted.1 1\r\n1\r\n");
            expect(peer, "RMSG $G not.wanted.1 1\r\n1\r\n");
            peer.send("RS- $G not.wanted.99999\r\n");
            peer.fence();
            client.send("PUB not.wanted.99999 1\r\n2\r\nPUB end 1\r\n3\r\n");
            expect(peer, "RMSG $G end 1\r\n3\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountWhatCrossesGatewaysApartFromWhatClientsSay(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(mode, log, knowing("B", listening), options -> options.httpPort(-1));
                RawClient client = RawClient.connected(server);
                RawClient dialed = outbound(listening, info("B"));
                RawClient peer = inbound(server)) {
            client.send("SUB here 1\r\nSUB here q 2\r\n");
            client.fence();
            dialed.send("RS+ $G there\r\nRS+ $G there q 1\r\n" + command(3, "$G"));
            dialed.fence();
            client.send("PUB there 5\r\nhello\r\n");
            expect(dialed, "RMSG $G there | q 5\r\nhello\r\n");
            peer.send("RMSG $G here 2\r\nhi\r\nRMSG $G here 2\r\nhi\r\n");
            expect(client, "MSG here 1 2\r\nhi\r\n");
            expect(client, "MSG here 1 2\r\nhi\r\n");
            client.fence();
            SuperClusters.fence(peer);
            assertThat(get(server, "/varz"))
                    .contains(
                            "\"in_msgs\": 3,",
                            "\"in_bytes\": 9,",
                            "\"in_client_msgs\": 1,",
                            "\"in_client_bytes\": 5,",
                            "\"out_msgs\": 3,",
                            "\"out_bytes\": 9,",
                            "\"out_client_msgs\": 2,",
                            "\"out_client_bytes\": 4,");
            assertThat(get(server, "/gatewayz?accs=1&acc_name=$G&subs=1"))
                    .contains(
                            """
                                  {
                                    "name": "$G",
                                    "interest_mode": "Interest-Only",
                                    "interest_only_threshold": 1000,
                                    "num_subs": 2,
                                    "num_queue_subs": 1,
                                    "subscriptions_list": [
                            """
                                    .indent(2)
                                    .stripTrailing());
        }
    }
}
