package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamSubscription;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StreamConfiguration;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What users may do with streams and buckets by {@code jetstream_permissions}, with jnats. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
@Timeout(120)
class JetStreamPermissionsIT {
    @TempDir private Path folder;

    private NatsServer start(Mode mode) throws IOException {
        return Leafs.start(
                mode,
                """
                jetstream { store_dir: "%s" }
                authorization { users: [
                  { user: admin, password: x }
                  { user: u, password: x, permissions: { jetstream_permissions: [
                    { kv: CONFIG, keys: "a.>", allow: [read, write] }
                    { stream: ORDERS, allow: [publish], subjects: "orders.new" }
                  ] } }
                  { user: reader, password: x, permissions: { jetstream_permissions: [
                    { stream: ORDERS, allow: read }
                    { kv: CONFIG, keys: "a.>", allow: read }
                  ] } }
                  { user: eu, password: x, permissions: { jetstream_permissions: [
                    { stream: ORDERS, allow: read, keys: "orders.eu.>", consumers: [eu] }
                  ] } }
                ] }
                """
                        .formatted(folder.resolve("store")));
    }

    private static Connection connect(NatsServer server, String user) throws Exception {
        return Nats.connect(JavaClients.options(server.clientUrl()).userInfo(user, "x").build());
    }

    /** As clients do, which ask for filters by subjects with wildcards. */
    private static RawClient login(NatsServer server, String user) throws IOException {
        return RawClient.inTime(
                server.port(),
                "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                        + "\"no_responders\":true,\"user\":\"%s\",\"pass\":\"x\"}\r\n"
                                .formatted(user));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAUserDoThatMuchAndNoMore(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection admin = connect(server, "admin");
                Connection user = connect(server, "u")) {
            admin.keyValueManagement()
                    .create(KeyValueConfiguration.builder("CONFIG").maxHistoryPerKey(3).build());
            admin.jetStreamManagement()
                    .addStream(
                            StreamConfiguration.builder()
                                    .name("ORDERS")
                                    .subjects("orders.*")
                                    .build());
            admin.keyValue("CONFIG").put("b.x", "secret");
            KeyValue bucket = user.keyValue("CONFIG");
            long first = bucket.create("a.x", bytes("1"));
            assertThat(bucket.update("a.x", bytes("2"), first)).isEqualTo(first + 1);
            KeyValueEntry entry = Objects.requireNonNull(bucket.get("a.x"));
            assertThat(entry.getValueAsString()).isEqualTo("2");
            bucket.delete("a.x");
            assertThat(bucket.get("a.x")).isNull();
            assertThat(bucket.getStatus().getMaxHistoryPerKey()).isEqualTo(3);
            JetStream publisher = user.jetStream();
            assertThat(publisher.publish("orders.new", bytes("x")).getSeqno()).isEqualTo(1);
        }
        try (NatsServer server = start(mode);
                StreamClient user = StreamClient.login(server.port(), "admin");
                RawClient raw = RawClient.login(server.port(), "u")) {
            assertThat(user.request("$JS.API.STREAM.NAMES", "")).contains("KV_CONFIG", "ORDERS");
            for (String denied :
                    new String[] {
                        "$JS.API.DIRECT.GET.KV_CONFIG.$KV.CONFIG.b.x",
                        "$JS.API.DIRECT.GET.KV_CONFIG",
                        "$JS.API.STREAM.MSG.GET.KV_CONFIG",
                        "$JS.API.STREAM.PURGE.ORDERS",
                        "$JS.API.CONSUMER.CREATE.KV_CONFIG.c.$KV.CONFIG.b.x",
                        "$JS.API.CONSUMER.CREATE.KV_CONFIG",
                        "$KV.CONFIG.b.x",
                        "orders.old"
                    }) {
                raw.send("PUB " + denied + " 0\r\n\r\n");
                raw.expect("-ERR 'Permissions Violation for Publish to \"" + denied + "\"'\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetReadersConsumeWhatTheyMayRead(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection admin = connect(server, "admin");
                Connection reader = connect(server, "reader");
                StreamClient owner = StreamClient.login(server.port(), "admin")) {
            owner.create("ORDERS", "\"subjects\":[\"orders.>\"]");
            owner.create("OTHER", "\"subjects\":[\"other.>\"]");
            for (String subject : List.of("orders.eu.1", "orders.us.2", "other.1")) {
                assertThat(owner.publish(subject, subject)).contains("\"seq\":");
            }
            JetStreamSubscription worker =
                    reader.jetStream()
                            .subscribe(
                                    "orders.>",
                                    PullSubscribeOptions.builder().stream("ORDERS")
                                            .durable("work")
                                            .build());
            for (Message each : worker.fetch(2, Duration.ofSeconds(60))) {
                each.ackSync(Duration.ofSeconds(60));
            }
            ConsumerInfo info = worker.getConsumerInfo();
            assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(2);
            JetStreamSubscription pushed =
                    reader.jetStream()
                            .subscribe(
                                    "orders.us.*",
                                    PushSubscribeOptions.builder().stream("ORDERS")
                                            .ordered(true)
                                            .build());
            assertThat(pushed.nextMessage(Duration.ofSeconds(60)).getSubject())
                    .isEqualTo("orders.us.2");
            watchKeys(admin, reader);
            deny(
                    server,
                    "reader",
                    "$JS.API.CONSUMER.CREATE.OTHER.c",
                    "$JS.API.CONSUMER.DURABLE.CREATE.OTHER.c",
                    "$JS.API.CONSUMER.MSG.NEXT.OTHER.c",
                    "$JS.API.CONSUMER.INFO.OTHER.c",
                    "$JS.API.CONSUMER.DELETE.OTHER.c",
                    "$JS.API.CONSUMER.RESET.ORDERS.work",
                    "$JS.API.CONSUMER.PAUSE.ORDERS.work",
                    "$JS.API.CONSUMER.UNPIN.ORDERS.work",
                    "$JS.API.CONSUMER.LIST.ORDERS",
                    "$JS.ACK.OTHER.c.1.1.1.1.1",
                    "$JS.ACK.KV_CONFIG2.c.1.1.1.1.1",
                    "$JS.FC.OTHER.c.abcd",
                    "orders.eu.1");
        }
    }

    /** A reader of some keys hears of those, and of no others. */
    private static void watchKeys(Connection admin, Connection reader) throws Exception {
        admin.keyValueManagement().create(KeyValueConfiguration.builder("CONFIG").build());
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        reader.keyValue("CONFIG")
                .watch(
                        "a.>",
                        new KeyValueWatcher() {
                            @Override
                            public void watch(KeyValueEntry entry) {
                                seen.add(entry.getKey());
                            }

                            @Override
                            public void endOfData() {
                                seen.add("end");
                            }
                        });
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("end");
        for (String key : List.of("b.1", "a.1", "b.2", "a.2")) {
            admin.keyValue("CONFIG").put(key, "x");
        }
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("a.1");
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("a.2");
    }

    private static void deny(NatsServer server, String user, String... subjects) throws Exception {
        try (RawClient raw = login(server, user)) {
            for (String denied : subjects) {
                raw.send("PUB " + denied + " 0\r\n\r\n");
                raw.expect("-ERR 'Permissions Violation for Publish to \"" + denied + "\"'\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepReadersWithinTheirFilters(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                StreamClient owner = StreamClient.login(server.port(), "admin");
                RawClient user = login(server, "eu")) {
            user.send("SUB _INBOX.* 1\r\n");
            user.fence();
            owner.create("ORDERS", "\"subjects\":[\"orders.>\"]");
            for (String subject : List.of("orders.us.1", "orders.eu.2")) {
                assertThat(owner.publish(subject, subject)).contains("\"seq\":");
            }
            String create = "$JS.API.CONSUMER.CREATE.ORDERS.eu.orders.eu.>";
            // What the subject says is checked, so the configuration must say the same.
            for (String filter :
                    List.of(
                            "",
                            ",\"filter_subject\":\"orders.us.>\"",
                            ",\"filter_subjects\":[\"orders.us.>\"]",
                            ",\"filter_subjects\":[\"orders.eu.>\",\"orders.us.>\"]")) {
                assertThat(ask(user, create, config(filter)))
                        .as(filter)
                        .containsPattern("\"err_code\":1013[17],");
            }
            String own = ",\"filter_subject\":\"orders.eu.>\"";
            assertThat(ask(user, create, config(own))).doesNotContain("\"error\"");
            user.send("PUB $JS.API.CONSUMER.MSG.NEXT.ORDERS.eu _INBOX.n 0\r\n\r\n");
            RawMessage got = RawMessage.read(user);
            assertThat(got.subject()).isEqualTo("orders.eu.2");
            assertThat(ask(user, got.reply(), "+ACK")).isEmpty();
            assertThat(owner.request("$JS.API.CONSUMER.INFO.ORDERS.eu", ""))
                    .contains("\"num_ack_pending\":0,", "\"stream_seq\":2");
            deny(
                    server,
                    "eu",
                    "$JS.API.CONSUMER.CREATE.ORDERS",
                    "$JS.API.CONSUMER.CREATE.ORDERS.eu",
                    "$JS.API.CONSUMER.CREATE.ORDERS.eu.orders.us.>",
                    "$JS.API.CONSUMER.CREATE.ORDERS.eu.orders.>",
                    "$JS.API.CONSUMER.CREATE.ORDERS.eu.>",
                    "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.eu",
                    "$JS.API.CONSUMER.MSG.NEXT.ORDERS.all",
                    "$JS.API.CONSUMER.RESET.ORDERS.eu",
                    "$JS.ACK.ORDERS.all.1.1.1.1.1",
                    "$JS.API.STREAM.MSG.GET.ORDERS");
        }
    }

    private static String config(String filter) {
        return "{\"stream_name\":\"ORDERS\",\"config\":{\"name\":\"eu\",\"durable_name\":\"eu\","
                + "\"ack_policy\":\"explicit\""
                + filter
                + "}}";
    }

    private static String ask(RawClient user, String subject, String said) throws IOException {
        user.send("PUB %s _INBOX.a %d\r\n%s\r\n".formatted(subject, said.length(), said));
        return RawMessage.read(user).payload();
    }
}
