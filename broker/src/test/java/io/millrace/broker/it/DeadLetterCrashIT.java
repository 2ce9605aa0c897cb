package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A server that is killed again and again while a consumer gives up its messages: each of them is a
 * dead letter in the end, once. {@code millrace.seed} says when it is killed.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("thorough")
@SuppressWarnings("try") // closing a jnats connection may be interrupted
@Timeout(300)
class DeadLetterCrashIT {
    private static final int ROUNDS = 4;
    private static final int MESSAGES = 1_500;
    private static final int BATCH = 100;

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir private Path folder;

    private ServerProcess start() throws IOException {
        return ServerProcess.ready(folder, "-js", "-sd", folder.resolve("store").toString());
    }

    private static Connection connect(ServerProcess server) throws Exception {
        return JavaClients.connect("nats://127.0.0.1:" + server.port());
    }

    private static void fill(Connection nats, RetentionPolicy retention) throws Exception {
        JetStreamManagement all = nats.jetStreamManagement();
        all.addStream(
                StreamConfiguration.builder()
                        .name("ORDERS")
                        .subjects("orders.>")
                        .retentionPolicy(retention)
                        .build());
        all.addStream(StreamConfiguration.builder().name("DEAD").subjects("dlq.>").build());
        all.createConsumer(
                "ORDERS",
                ConsumerConfiguration.builder()
                        .durable("worker")
                        .ackPolicy(AckPolicy.Explicit)
                        .ackWait(Duration.ofSeconds(1))
                        .maxDeliver(2)
                        .maxAckPending(MESSAGES)
                        .metadata(Map.of("millrace.dead_letter", "dlq.orders"))
                        .build());
        for (int i = 1; i < MESSAGES; i++) {
            nats.publish("orders." + i, payload(i));
        }
        assertThat(nats.jetStream().publish("orders.last", payload(MESSAGES)).getSeqno())
                .isEqualTo(MESSAGES);
    }

    private static byte[] payload(long number) {
        return ("order " + number).getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses whatever comes, until nobody is there any more. */
    private static Void refuse(Connection nats) throws Exception {
        JetStreamSubscription from =
                nats.jetStream().subscribe(null, PullSubscribeOptions.bind("ORDERS", "worker"));
        while (nats.getStatus() == Connection.Status.CONNECTED) {
            for (Message each : from.fetch(BATCH, Duration.ofMillis(200))) {
                switch ((int) (each.metaData().streamSequence() % 3)) {
                    // Only told that it is too late when it has been asked for again.
                    case 0 -> each.nak();
                    case 1 -> each.term();
                    default -> {
                        // Says nothing.
                    }
                }
            }
        }
        return null;
    }

    private static long letters(JetStreamManagement all) {
        try {
            return all.getStreamInfo("DEAD").getStreamState().getMsgCount();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Has messages given up until there are so many letters at least. */
    private static void run(ServerProcess server, ExecutorService threads, long until)
            throws Exception {
        try (Connection nats = connect(server);
                Connection asking = connect(server)) {
            Future<Void> refusing = threads.submit(() -> refuse(nats));
            JetStreamManagement all = asking.jetStreamManagement();
            Modes.await("there are " + until + " letters", () -> letters(all) >= until);
            server.signal("KILL");
            server.awaitExit();
            try {
                refusing.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfAny(IOException.class, IllegalStateException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RetentionPolicy.class,
            names = {"Limits", "WorkQueue"})
    void shouldKeepEachLetterOnce(RetentionPolicy retention) throws Exception {
        try (ServerProcess server = start();
                Connection nats = connect(server)) {
            fill(nats, retention);
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= ROUNDS; round++) {
                try (ServerProcess server = start()) {
                    int most = MESSAGES * round / ROUNDS;
                    run(server, threads, most - random.nextInt(MESSAGES / ROUNDS));
                }
            }
            try (ServerProcess server = start()) {
                run(server, threads, MESSAGES);
            }
        }
        try (ServerProcess server = start();
                Connection nats = connect(server)) {
            JetStreamManagement all = nats.jetStreamManagement();
            SortedMap<Long, String> found = new TreeMap<>();
            long count = letters(all);
            for (long i = 1; i <= count; i++) {
                MessageInfo letter = all.getMessage("DEAD", i);
                long sequence =
                        Long.parseLong(
                                letter.getHeaders().getFirst("Millrace-Dead-Letter-Sequence"));
                assertThat(letter.getData()).isEqualTo(payload(sequence));
                String before =
                        found.put(
                                sequence,
                                letter.getHeaders().getFirst("Millrace-Dead-Letter-Reason"));
                assertThat(before).as("seed %d: %d twice", seed, sequence).isNull();
            }
            assertThat(found).as("seed %d", seed).hasSize(MESSAGES);
            assertThat(found.values()).contains("terminated", "max_deliver");
            if (retention == RetentionPolicy.WorkQueue) {
                assertThat(all.getStreamInfo("ORDERS").getStreamState().getMsgCount()).isZero();
            }
        }
    }
}
