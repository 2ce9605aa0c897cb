package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients that don't read: who pays, and who must not notice. */
@Tag("thorough")
class SlowConsumerIT {
    private static final int PAYLOAD = 100_000;
    private static final String FLOOD =
            "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";

    private static RawClient subscribed(NatsServer server, String subscriptions)
            throws IOException {
        RawClient client = RawClient.connected(server);
        client.send(subscriptions);
        client.fence();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOneSlowConsumerWhileAHundredOthersLoseNothing(Mode mode) throws Exception {
        // With the default max_pending of 64 MiB; the kernel's buffers take some MiB more.
        int messages = 900;
        List<RawClient> others = new ArrayList<>();
        try (NatsServer server = Modes.start(mode);
                RawClient slow = subscribed(server, "SUB flood 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            for (int i = 0; i < 100; i++) {
                others.add(subscribed(server, "SUB count.> 1\r\n"));
            }
            for (int i = 0; i < messages; i++) {
                publisher.send(FLOOD + "PUB count." + i + " 1\r\ny\r\n");
            }
            publisher.fence();
            for (RawClient other : others) {
                for (int i = 0; i < messages; i++) {
                    String line = other.lineAfterPing();
                    assertThat(line).isEqualTo("MSG count." + i + " 1 1\r\n");
                    other.expect("y\r\n");
                }
            }
            Modes.await("the slow one is gone", () -> server.clientCount() == 101);
            assertThat(server.slowConsumers()).isEqualTo(1);
            assertThat(slow.readToEnd()).isLessThan((long) messages * PAYLOAD);
        } finally {
            for (RawClient other : others) {
                other.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhoWasTooSlowAndWhichSubjectFilledTheQueue(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, options -> options.maxPending(4_000_000));
                RawClient slow = new RawClient(server);
                RawClient publisher = RawClient.connected(server)) {
            slow.send(
                    "CONNECT"
                            + " {\"verbose\":false,\"name\":\"sloth\",\"lang\":\"x\",\"version\":\"7\"}\r\n"
                            + "SUB flood 1\r\n");
            slow.fence();
            for (int i = 0; i < 200; i++) {
                publisher.send(FLOOD);
            }
            log.await(
                    "[INF] 127.0.0.1:",
                    " - cid:1 - \"v7:x:sloth\" - Slow Consumer Detected: MaxPending of 4000000"
                            + " Exceeded, filled by subject flood");
            log.await("cid:1", "Client connection closed: Slow Consumer (Pending Bytes)");
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseConsumerThatMissesTheWriteDeadline(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options -> options.writeDeadline(Duration.ofMillis(200)));
                RawClient slow = subscribed(server, "SUB flood 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            publisher.send(FLOOD.repeat(200));
            publisher.fence();
            log.await(
                    "[INF]",
                    " - Slow Consumer Detected: WriteDeadline of 200ms exceeded with ",
                    " total bytes.");
            log.await("cid:1", "Client connection closed: Slow Consumer (Write Deadline)");
            Modes.await("the slow one is gone", () -> server.clientCount() == 1);
            assertThat(server.slowConsumers()).isEqualTo(1);
            assertThat(slow.readToEnd()).isLessThan(200L * PAYLOAD);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStallProducersSoThatAConsumerWhoReadsSlowlyLosesNothing(Mode mode) throws Exception {
        int messages = 2_000;
        // What is left when the stall begins lasts for more than a second, should the reader be
        // held
        // up for so long.
        try (NatsServer server = Modes.start(mode, options -> options.maxPending(64_000_000));
                RawClient reader = subscribed(server, "SUB flood 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            Thread producing =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            for (int i = 0; i < messages; i++) {
                                                publisher.send(FLOOD);
                                            }
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            // Reads at the pace of one who has other things to do, yet faster than the stall lets
            // the producer through once three quarters of max_pending wait.
            for (int i = 0; i < messages; i++) {
                reader.expect("MSG flood 1 " + PAYLOAD + "\r\n");
                reader.skip(PAYLOAD + 2);
                java.util.concurrent.locks.LockSupport.parkNanos(300_000);
            }
            assertThat(producing.join(Duration.ofSeconds(60))).isTrue();
            assertThat(server.slowConsumers()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDropOnlyTheSlowOnesMessagesWhenProducersMustNotStall(Mode mode) throws Exception {
        int messages = 400;
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options ->
                                        options.maxPending(16_000_000).fastProducerStall(false));
                RawClient slow = subscribed(server, "SUB flood 1\r\n");
                RawClient other = subscribed(server, "SUB count 1\r\n");
                RawClient publisher = RawClient.connected(server)) {
            for (int i = 0; i < messages; i++) {
                publisher.send(FLOOD + "PUB count 1\r\ny\r\n");
                other.expect("MSG count 1 1\r\ny\r\n");
            }
            publisher.fence();
            assertThat(server.slowConsumers()).isZero();
            slow.send("PING\r\n");
            int got = 0;
            for (String line = slow.line(); !line.equals("PONG\r\n"); line = slow.line()) {
                if (line.equals("PING\r\n")) {
                    continue;
                }
                assertThat(line).isEqualTo("MSG flood 1 " + PAYLOAD + "\r\n");
                slow.skip(PAYLOAD + 2);
                got++;
            }
            assertThat(got).isBetween(100, messages - 1);
            publisher.send("PUB flood 2\r\nhi\r\n");
            slow.expect("MSG flood 1 2\r\nhi\r\n");
        }
    }
}
