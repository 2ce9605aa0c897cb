package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.expect;
import static io.millrace.broker.it.SuperClusters.get;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.outbound;
import static io.millrace.broker.it.SuperClusters.remote;
import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Servers of other clusters that fail or misbehave, and who has to bear it. */
@Tag("thorough")
@Timeout(120)
class GatewayFaultsIT {
    private static final int MANY = 100_000;

    private final LogLines log = new LogLines();

    /** A number that monitoring shows. */
    private static long number(NatsServer server, String path, String field) throws Exception {
        String body = get(server, path);
        Matcher matcher = Pattern.compile(field + "\": (\\d+)").matcher(body);
        assertThat(matcher.find()).as(body).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** A server that doesn't log each of a hundred thousand lines. */
    private static NatsServer startQuietly(Mode mode, String remotes) throws IOException {
        String gateway = "gateway { name: A, listen: \"127.0.0.1:-1\", gateways: [%s] }\n";
        return Modes.start(
                mode,
                options ->
                        Configured.into(
                                options, gateway.formatted(remotes) + "http: \"127.0.0.1:-1\"\n"));
    }

    private static String lines(String verb, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(verb).append(" $G many.").append(i).append("\r\n");
        }
        return lines.toString();
    }

    /** How often it is told such a thing, up to the answer to its PING. */
    private static int told(RawClient peer, String start) throws IOException {
        int told = 0;
        String line = peer.lineAfterPing();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).doesNotContain("<closed>");
            told += line.startsWith(start) ? 1 : 0;
            line = peer.lineAfterPing();
        }
        return told;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetWhatALostServerWantedAndHearItAnew(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                RawClient client = RawClient.connected(server)) {
            for (int i = 0; i < 3; i++) {
                try (RawClient peer = outbound(listening, info("B"))) {
                    peer.send("RS+ $G wanted\r\nRS+ $G wanted q 1\r\n");
                    peer.fence();
                    client.send("PUB wanted 2\r\nhi\r\n");
                    expect(peer, "RMSG $G wanted | q 2\r\nhi\r\n");
                    peer.fence();
                    if (i == 1) {
                        peer.reset();
                    }
                }
                Interest.awaitNone(client, "wanted");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeInAHundredThousandSubscriptionsAtOnce(Mode mode) throws Exception {
        String remote = "{name: B, url: \"nats://127.0.0.1:%d\"}";
        try (ServerSocket listening = listen();
                NatsServer server = startQuietly(mode, remote.formatted(listening.getLocalPort()));
                Pair pair = new Pair(server.port(), server.port());
                RawClient client = RawClient.connected(server)) {
            long before = number(server, "/varz", "\"subscriptions");
            try (RawClient peer = outbound(listening, info("B"))) {
                peer.send(lines("RS+", MANY));
                pair.exchange(100);
                peer.fence();
                assertThat(number(server, "/varz", "\"subscriptions")).isEqualTo(before + MANY);
                client.send("PUB many.4711 2\r\nhi\r\n");
                expect(peer, "RMSG $G many.4711 2\r\nhi\r\n");
                peer.send(lines("RS-", MANY / 2));
                peer.fence();
                assertThat(number(server, "/varz", "\"subscriptions"))
                        .isEqualTo(before + MANY - MANY / 2);
            }
            pair.exchange(100);
            Modes.await("all is forgotten", () -> subscriptions(server) == before);
        }
    }

    private static long subscriptions(NatsServer server) {
        try {
            return number(server, "/varz", "\"subscriptions");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellAHundredThousandSubscriptionsAtOnce(Mode mode) throws Exception {
        try (NatsServer server = startQuietly(mode, "");
                RawClient client = RawClient.connected(server)) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < MANY; i++) {
                lines.append("SUB many.%d %d\r\n".formatted(i, i));
            }
            client.send(lines.toString());
            client.fence();
            try (RawClient peer = inbound(server);
                    Pair pair = new Pair(server.port(), server.port())) {
                peer.send("PING\r\n");
                pair.exchange(100);
                assertThat(told(peer, "RS+ $G many.")).isEqualTo(MANY);
                client.socket().close();
                Modes.await("the client is gone", () -> server.clientCount() == 4);
                for (int gone = 0; gone < MANY; ) {
                    String line = peer.lineAfterPing();
                    assertThat(line).doesNotContain("<closed>");
                    gone += line.startsWith("RS- $G many.") ? 1 : 0;
                }
                pair.exchange(10);
            }
        }
    }

    /** It doesn't read, until it is given up. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotHoldUpItsOwnClusterForOneThatIsFrozen(Mode mode) throws Exception {
        int messages = 600;
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                gateway ->
                                        knowing("B", listening)
                                                .apply(gateway)
                                                .writeDeadline(Duration.ofSeconds(3)),
                                options -> options.httpPort(-1).maxTracedMsgLen(10));
                RawClient publisher = RawClient.connected(server);
                RawClient subscriber = RawClient.connected(server);
                Pair pair = new Pair(server.port(), server.port());
                RawClient peer = outbound(listening, info("B"))) {
            subscriber.send("SUB flood 1\r\n");
            subscriber.fence();
            peer.send("RS+ $G flood\r\nRS+ $G lost\r\n");
            peer.fence();
            Interest.await(publisher, "lost");
            Sloth.floodMeanwhile(publisher, messages);
            for (int i = 0; i < messages; i++) {
                assertThat(subscriber.lineAfterPing()).isEqualTo("MSG flood 1 100000\r\n");
                subscriber.skip(Sloth.PAYLOAD + 2);
                if (i % 100 == 0) {
                    pair.exchange(10);
                }
            }
            expect(subscriber, "MSG flood 1 7\r\nthe end\r\n");
            pair.exchange(10);
            log.await("gid:", "Slow Consumer");
            log.await("Gateway connection closed: Slow Consumer");
            assertThat(number(server, "/varz", "\"clients\": 0,\\s+\"routes\": 0,\\s+\"gateways"))
                    .isPositive();
            Interest.awaitNone(publisher, "lost");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBearGarbageOnBothSides(Mode mode) throws Exception {
        Random random = new Random(4711);
        try (ServerSocket listening = listen();
                NatsServer server = start(mode, log, knowing("B", listening));
                Pair pair = new Pair(server.port(), server.port())) {
            String[] starts = {
                "RMSG $G a 5\r\nhello world\r\n",
                "HMSG $G a 99 5\r\nhello\r\n",
                "RMSG $G a | \r\n",
                "RMSG $G a -1\r\n",
                "RMSG $G a 99999999999\r\n",
                "RS+ \r\n",
                "RS+ $G a..b\r\n",
                "A-\r\n",
                "INFO {\r\n",
                ""
            };
            for (String each : starts) {
                byte[] garbage = new byte[1000];
                random.nextBytes(garbage);
                try (RawClient peer = inbound(server)) {
                    // At once: the server may well hang up at the first of it.
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    all.writeBytes(each.getBytes(StandardCharsets.ISO_8859_1));
                    all.writeBytes(garbage);
                    all.writeBytes("\r\nSUB\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    peer.send(all.toByteArray());
                    peer.readToEnd();
                }
                pair.exchange(10);
            }
            try (RawClient peer = outbound(listening, info("B"))) {
                peer.send("RS+ $G a..b\r\nA+ NONE\r\nA- NONE\r\nRS- $G\r\n");
                peer.readToEnd();
            }
            pair.exchange(10);
            // It is dialed again, and heard.
            try (RawClient peer = outbound(listening, info("B"));
                    RawClient client = RawClient.connected(server)) {
                peer.send("RS+ $G a\r\n");
                peer.fence();
                client.send("PUB a 2\r\nhi\r\n");
                expect(peer, "RMSG $G a 2\r\nhi\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellTheSameToAServerThatComesAHundredTimes(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, gateway -> gateway);
                Pair pair = new Pair(server.port(), server.port());
                RawClient client = RawClient.connected(server)) {
            client.send("SUB wanted 1\r\nSUB wanted q 2\r\n");
            client.fence();
            for (int i = 0; i < 100; i++) {
                try (RawClient peer = inbound(server)) {
                    peer.send("RMSG $G wanted | q 3\r\n%03d\r\nPING\r\n".formatted(i));
                    assertThat(told(peer, "RS+ $G wanted")).isEqualTo(2);
                    if (i % 3 == 0) {
                        peer.reset();
                    }
                }
                for (int copies = 0; copies < 2; copies++) {
                    assertThat(RawMessage.read(client).payload()).isEqualTo("%03d".formatted(i));
                }
            }
            client.fence();
            pair.exchange(10);
        }
    }
}
