package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.ObjectStore;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Consumers, keys and objects, by way of jnats; and what waits for messages, byte for byte. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
@Timeout(120)
class JetStreamConsumerIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MESSAGES = 500;

    @TempDir private Path folder;

    private NatsServer start(Mode mode) throws IOException {
        return Modes.start(
                mode,
                options -> options.jetStream(true).storeDir(folder.resolve("store").toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(Connection nats, RetentionPolicy retention) throws Exception {
        nats.jetStreamManagement()
                .addStream(
                        StreamConfiguration.builder()
                                .name("S")
                                .subjects("s.>")
                                .retentionPolicy(retention)
                                .build());
    }

    private static void publish(Connection nats, int from, int to) throws Exception {
        JetStream publisher = nats.jetStream();
        for (int i = from; i <= to; i++) {
            publisher.publish("s." + i % 7, bytes("" + i));
        }
    }

    private static PullSubscribeOptions pulling(ConsumerConfiguration.Builder config) {
        return PullSubscribeOptions.builder().stream("S")
                .configuration(config.durable("C").build())
                .build();
    }

    /** Takes messages until there are so many. */
    private static List<Message> fetch(JetStreamSubscription from, int count) throws Exception {
        List<Message> got = new ArrayList<>();
        while (got.size() < count) {
            got.addAll(from.fetch(count - got.size(), LONG));
        }
        return got;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEachMessageToWhoPulls(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            add(nats, RetentionPolicy.Limits);
            publish(nats, 1, MESSAGES);
            JetStreamSubscription from =
                    nats.jetStream().subscribe("s.>", pulling(ConsumerConfiguration.builder()));
            List<Message> got = fetch(from, MESSAGES);
            for (int i = 0; i < MESSAGES; i++) {
                Message each = got.get(i);
                assertThat(each.getSubject()).isEqualTo("s." + (i + 1) % 7);
                assertThat(new String(each.getData(), StandardCharsets.UTF_8))
                        .isEqualTo("" + (i + 1));
                assertThat(each.metaData().streamSequence()).isEqualTo(i + 1);
                assertThat(each.metaData().pendingCount()).isEqualTo(MESSAGES - i - 1);
                if (i != 10) {
                    each.ackSync(LONG);
                }
            }
            ConsumerInfo info = from.getConsumerInfo();
            assertThat(info.getNumAckPending()).isEqualTo(1);
            assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(10);
            got.get(10).nak();
            Message again = fetch(from, 1).getFirst();
            assertThat(again.metaData().streamSequence()).isEqualTo(11);
            assertThat(again.metaData().deliveredCount()).isEqualTo(2);
            again.ackSync(LONG);
            assertThat(from.getConsumerInfo().getAckFloor().getStreamSequence())
                    .isEqualTo(MESSAGES);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPushToWhoListens(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            add(nats, RetentionPolicy.Limits);
            publish(nats, 1, 100);
            PushSubscribeOptions pushed =
                    PushSubscribeOptions.builder().stream("S")
                            .configuration(
                                    ConsumerConfiguration.builder()
                                            .durable("P")
                                            .deliverGroup("g")
                                            .filterSubject("s.>")
                                            .build())
                            .build();
            JetStreamSubscription one = nats.jetStream().subscribe("s.>", "g", pushed);
            JetStreamSubscription two = nats.jetStream().subscribe("s.>", "g", pushed);
            publish(nats, 101, MESSAGES);
            BlockingQueue<Long> got = new LinkedBlockingQueue<>();
            Thread other = Thread.ofPlatform().start(() -> take(two, got));
            take(one, got);
            other.join();
            assertThat(got).doesNotHaveDuplicates().hasSize(MESSAGES);
            // An ordered one sees all of it in order, without acknowledging anything.
            JetStreamSubscription ordered =
                    nats.jetStream()
                            .subscribe(
                                    "s.>",
                                    PushSubscribeOptions.builder().stream("S")
                                            .ordered(true)
                                            .build());
            for (int i = 1; i <= MESSAGES; i++) {
                assertThat(ordered.nextMessage(LONG).metaData().streamSequence()).isEqualTo(i);
            }
        }
    }

    private static void take(JetStreamSubscription from, BlockingQueue<Long> got) {
        try {
            while (got.size() < MESSAGES) {
                Message next = from.nextMessage(Duration.ofMillis(50));
                if (next != null) {
                    got.add(next.metaData().streamSequence());
                    next.ack();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldGoOnAfterARestart() throws Exception {
        try (NatsServer server = start(Mode.INLINE);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            add(nats, RetentionPolicy.WorkQueue);
            publish(nats, 1, 20);
            JetStreamSubscription from =
                    nats.jetStream()
                            .subscribe(
                                    "s.>",
                                    pulling(
                                            ConsumerConfiguration.builder()
                                                    .ackWait(Duration.ofSeconds(1))));
            List<Message> got = fetch(from, 10);
            for (int i = 0; i < 8; i++) {
                got.get(i).ackSync(LONG);
            }
        }
        try (NatsServer server = start(Mode.INLINE);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            JetStreamManagement streams = nats.jetStreamManagement();
            assertThat(streams.getStreamInfo("S").getStreamState().getMsgCount()).isEqualTo(12);
            ConsumerInfo info = streams.getConsumerInfo("S", "C");
            assertThat(info.getNumAckPending()).isEqualTo(2);
            assertThat(info.getNumPending()).isEqualTo(10);
            assertThat(info.getDelivered().getConsumerSequence()).isEqualTo(10);
            assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(8);
            JetStreamSubscription from =
                    nats.jetStream().subscribe("s.>", PullSubscribeOptions.bind("S", "C"));
            List<Long> sequences = new ArrayList<>();
            for (Message each : fetch(from, 12)) {
                sequences.add(each.metaData().streamSequence());
                each.ackSync(LONG);
            }
            assertThat(sequences)
                    .containsExactlyInAnyOrder(
                            9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
            assertThat(streams.getStreamInfo("S").getStreamState().getMsgCount()).isZero();
        }
    }

    @Test
    void shouldKeepKeysAndObjects() throws Exception {
        try (NatsServer server = start(Mode.INLINE);
                Connection nats = JavaClients.connect(server.clientUrl())) {
            nats.keyValueManagement()
                    .create(KeyValueConfiguration.builder().name("K").maxHistoryPerKey(3).build());
            KeyValue keys = nats.keyValue("K");
            for (int i = 0; i < 10; i++) {
                keys.put("k" + i % 3, "" + i);
            }
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            keys.watchAll(
                    new KeyValueWatcher() {
                        @Override
                        public void watch(KeyValueEntry entry) {
                            seen.add(entry.getKey() + '=' + entry.getValueAsString());
                        }

                        @Override
                        public void endOfData() {
                            seen.add("end");
                        }
                    });
            for (String each : List.of("k1=7", "k2=8", "k0=9", "end")) {
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(each);
            }
            keys.delete("k1");
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("k1=null");
            assertThat(keys.keys()).containsExactlyInAnyOrder("k0", "k2");
            assertThat(keys.history("k0")).hasSize(3);

            nats.objectStoreManagement().create(ObjectStoreConfiguration.builder("O").build());
            ObjectStore objects = nats.objectStore("O");
            byte[] large = new byte[1_000_000];
            new Random(1).nextBytes(large);
            objects.put("large", new ByteArrayInputStream(large));
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            objects.get("large", back);
            assertThat(back.toByteArray()).isEqualTo(large);
        }
    }

    @Test
    void shouldSayHowRequestsEnd() throws Exception {
        try (NatsServer server = start(Mode.INLINE);
                Connection nats = JavaClients.connect(server.clientUrl());
                RawClient client = RawClient.connected(server)) {
            add(nats, RetentionPolicy.Limits);
            nats.jetStreamManagement()
                    .addOrUpdateConsumer(
                            "S",
                            ConsumerConfiguration.builder()
                                    .durable("C")
                                    .ackPolicy(AckPolicy.Explicit)
                                    .maxPullWaiting(1)
                                    .build());
            client.send("SUB in.* 1\r\n");
            client.fence();
            ask(client, "1", "{\"batch\":1,\"no_wait\":true}");
            expect(client, "1", "NATS/1.0 404 No Messages\r\n\r\n");
            ask(client, "2", "{\"batch\":3,\"max_bytes\":9,\"expires\":1000000}");
            expect(
                    client,
                    "2",
                    "NATS/1.0 408 Request Timeout\r\n"
                            + "Nats-Pending-Messages: 3\r\nNats-Pending-Bytes: 9\r\n\r\n");
            ask(client, "3", "{\"batch\":1,\"idle_heartbeat\":2,\"expires\":3}");
            expect(client, "3", "NATS/1.0 400 Bad Request - heartbeat value too large\r\n\r\n");
            ask(client, "4", "{\"batch\":1}");
            ask(client, "5", "{\"batch\":1}");
            expect(client, "5", "NATS/1.0 409 Exceeded MaxWaiting\r\n\r\n");
            nats.jetStreamManagement().deleteConsumer("S", "C");
            expect(client, "4", "NATS/1.0 409 Consumer Deleted\r\n\r\n");
            ask(client, "6", "1");
            client.expect("HMSG in.6 1 61 61\r\nNATS/1.0 503\r\nNats-Subject: ");
        }
    }

    private static void ask(RawClient client, String reply, String body) throws Exception {
        client.send(
                "PUB $JS.API.CONSUMER.MSG.NEXT.S.C in.%s %d\r\n%s\r\n"
                        .formatted(reply, body.length(), body));
    }

    private static void expect(RawClient client, String reply, String status) throws Exception {
        int length = status.length();
        client.expect("HMSG in.%s 1 %d %d\r\n%s\r\n".formatted(reply, length, length, status));
    }
}
