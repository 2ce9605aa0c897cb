package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What consumers can do here that they can't elsewhere, by way of jnats. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
@Timeout(120)
class ConsumerExtrasIT {
    private static final int MESSAGES = 300;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path folder;

    private NatsServer start(Mode mode) throws IOException {
        return Modes.start(
                mode,
                options -> options.jetStream(true).storeDir(folder.resolve("store").toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void streams(JetStreamManagement all) throws Exception {
        all.addStream(
                StreamConfiguration.builder()
                        .name("ORDERS")
                        .subjects("orders.>")
                        .retentionPolicy(RetentionPolicy.WorkQueue)
                        .build());
        all.addStream(StreamConfiguration.builder().name("DEAD").subjects("dlq.>").build());
    }

    private static ConsumerConfiguration consumer(String key, String value) {
        return ConsumerConfiguration.builder()
                .durable("worker")
                .ackPolicy(AckPolicy.Explicit)
                .maxDeliver(2)
                .metadata(Map.of(key, value))
                .build();
    }

    private static JetStreamSubscription bind(Connection nats) throws Exception {
        return nats.jetStream().subscribe(null, PullSubscribeOptions.bind("ORDERS", "worker"));
    }

    private static Message pull(JetStreamSubscription from) throws Exception {
        from.pullExpiresIn(1, SOON);
        return from.nextMessage(SOON);
    }

    private static long count(JetStreamManagement all, String stream) {
        try {
            return all.getStreamInfo(stream).getStreamState().getMsgCount();
        } catch (IOException | JetStreamApiException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepDeadLettersInAStream(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            JetStreamManagement all = nats.jetStreamManagement();
            streams(all);
            assertThatThrownBy(
                            () ->
                                    all.createConsumer(
                                            "ORDERS",
                                            consumer("millrace.dead_letter", "orders.dead")))
                    .isInstanceOf(JetStreamApiException.class)
                    .hasMessageContaining("millrace.dead_letter forms a cycle [10094]");
            all.createConsumer("ORDERS", consumer("millrace.dead_letter", "dlq.orders"));
            Subscription heard = nats.subscribe("dlq.orders");
            nats.jetStream().publish("orders.1", new Headers().add("colour", "red"), bytes("one"));
            nats.jetStream().publish("orders.2", bytes("two"));

            JetStreamSubscription worker = bind(nats);
            Message first = pull(worker);
            nats.publish(first.getReplyTo(), bytes("+TERM no such order"));
            Message dead = heard.nextMessage(SOON);
            assertThat(dead.getData()).isEqualTo(bytes("one"));
            assertThat(dead.getHeaders().getFirst("Nats-Msg-Id")).startsWith("ORDERS:worker:1:");
            assertThat(dead.getHeaders().getFirst("Millrace-Dead-Letter-Term-Reason"))
                    .isEqualTo("no such order");
            for (int i = 0; i < 2; i++) {
                pull(worker).nak();
            }
            worker.pullExpiresIn(1, SOON);
            assertThat(heard.nextMessage(SOON).getData()).isEqualTo(bytes("two"));
        }
        try (NatsServer server = start(mode);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            JetStreamManagement all = nats.jetStreamManagement();
            Modes.await("the work queue is empty", () -> count(all, "ORDERS") == 0);
            // It heard of them by way of the router, too.
            assertThat(count(all, "DEAD")).isEqualTo(2);
            MessageInfo first = all.getMessage("DEAD", 1);
            assertThat(first.getSubject()).isEqualTo("dlq.orders");
            assertThat(first.getHeaders().getFirst("colour")).isEqualTo("red");
            assertThat(first.getHeaders().getFirst("Millrace-Dead-Letter-Subject"))
                    .isEqualTo("orders.1");
            MessageInfo second = all.getMessage("DEAD", 2);
            assertThat(second.getHeaders().getFirst("Millrace-Dead-Letter-Reason"))
                    .isEqualTo("max_deliver");
            // It still does so after a restart.
            nats.jetStream().publish("orders.3", bytes("three"));
            Message third = pull(bind(nats));
            nats.publish(third.getReplyTo(), bytes("+TERM"));
            Modes.await("the third is dead", () -> count(all, "DEAD") == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveMessagesOfAKeyToOneClientInTheirOrder(Mode mode) throws Exception {
        int keys = 7;
        Map<String, Integer> last = new ConcurrentHashMap<>();
        Map<String, Worker> busy = new ConcurrentHashMap<>();
        AtomicInteger done = new AtomicInteger();
        List<Future<Integer>> running = new ArrayList<>();
        try (NatsServer server = start(mode);
                Connection nats = JavaClients.connect(server.clientUrl());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            streams(nats.jetStreamManagement());
            nats.jetStreamManagement()
                    .createConsumer("ORDERS", consumer("millrace.ordered_by", "token(2)"));
            for (int i = 0; i < MESSAGES; i++) {
                nats.jetStream().publish("orders." + i % keys + '.' + i % 2, bytes("" + i));
            }
            for (int i = 0; i < 3; i++) {
                running.add(threads.submit(() -> new Worker(bind(nats), last, busy, done).work()));
            }
            int sum = 0;
            for (Future<Integer> each : running) {
                sum += each.get(1, TimeUnit.MINUTES);
            }
            assertThat(sum).isEqualTo(MESSAGES);
        }
    }

    /**
     * One of several that pull.
     *
     * @param last the last number of each key
     * @param busy keys that somebody works on
     * @param done how many messages are done, by all
     */
    private record Worker(
            JetStreamSubscription from,
            Map<String, Integer> last,
            Map<String, Worker> busy,
            AtomicInteger done) {
        int work() throws Exception {
            int own = 0;
            try {
                while (done.get() < MESSAGES) {
                    from.pullExpiresIn(4, Duration.ofMillis(200));
                    Message its = from.nextMessage(Duration.ofMillis(300));
                    while (its != null) {
                        if (its.isJetStream()) {
                            work(its);
                            own++;
                        }
                        its = from.nextMessage(Duration.ofMillis(10));
                    }
                }
            } catch (AssertionError e) {
                // The others needn't wait for what isn't done now.
                done.set(MESSAGES);
                throw e;
            }
            return own;
        }

        private void work(Message its) {
            String key = its.getSubject().split("\\.")[1];
            int number = Integer.parseInt(new String(its.getData(), StandardCharsets.UTF_8));
            assertThat(busy.put(key, this)).isNull();
            Integer before = last.put(key, number);
            assertThat(before == null ? -1 : before).isLessThan(number);
            busy.remove(key);
            its.ack();
            done.incrementAndGet();
        }
    }
}
