package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.StreamConfiguration;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

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
                ] }
                """
                        .formatted(folder.resolve("store")));
    }

    private static Connection connect(NatsServer server, String user) throws Exception {
        return Nats.connect(JavaClients.options(server.clientUrl()).userInfo(user, "x").build());
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
}
