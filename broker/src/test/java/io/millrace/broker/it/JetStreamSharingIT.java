package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

/** JetStream of one account that others use by what it exports. */
@Timeout(60)
class JetStreamSharingIT {
    private static final String NOT_ENABLED =
            "\"error\":{\"code\":503,\"err_code\":10039,"
                    + "\"description\":\"JetStream not enabled for account\"}";

    @TempDir private Path folder;

    /** B may pull from one consumer, hear what another pushes, and acknowledge. */
    private static final String READING =
            """
            jetstream { store_dir: "%s" }
            accounts {
              A {
                jetstream: enabled
                users: [ { user: a, password: x } ]
                exports: [
                  { service: "$JS.API.CONSUMER.MSG.NEXT.O.c", response_type: stream }
                  { service: "$JS.ACK.O.>" }
                  { stream: "push.>" }
                ]
              }
              B {
                users: [ { user: b, password: x } ]
                imports: [
                  { service: { account: A, subject: "$JS.API.CONSUMER.MSG.NEXT.O.c" } }
                  { service: { account: A, subject: "$JS.ACK.O.>" } }
                  { stream: { account: A, subject: "push.>" }, to: "in.>" }
                ]
              }
            }
            """;

    private NatsServer start(Mode mode) throws IOException {
        return Leafs.start(
                mode,
                """
                jetstream { store_dir: "%s" }
                accounts {
                  A {
                    jetstream: enabled
                    users: [ { user: a, password: x } ]
                    exports: [ { service: "$JS.API.>" }, { service: "orders.*" } ]
                  }
                  B {
                    users: [ { user: b, password: x } ]
                    imports: [
                      { service: { account: A, subject: "$JS.API.>" } }
                      { service: { account: A, subject: "orders.*" } }
                    ]
                  }
                  C {
                    users: [ { user: c, password: x } ]
                    imports: [ { service: { account: A, subject: "$JS.API.>" }, to: "A.JS.>" } ]
                  }
                }
                """
                        .formatted(folder.resolve("store")));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldActOnTheExportersStreams(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient owner = RawClient.login(server.port(), "a");
                StreamClient importer = StreamClient.login(server.port(), "b");
                StreamClient renamed = StreamClient.login(server.port(), "c")) {
            owner.send("SUB $JS.EVENT.ADVISORY.API 1\r\n");
            owner.fence();
            importer.create("O", "\"subjects\":[\"orders.*\"],\"allow_direct\":true");
            assertThat(owner.line()).startsWith("MSG $JS.EVENT.ADVISORY.API 1 ");
            assertThat(owner.line())
                    .contains("\"client\":{\"acc\":\"B\",\"svc\":\"A\",")
                    .contains("\"subject\":\"$JS.API.STREAM.CREATE.O\"");
            assertThat(importer.publish("orders.1", "hi")).contains("\"stream\":\"O\",\"seq\":1");
            assertThat(importer.request("$JS.API.STREAM.NAMES", "")).contains("[\"O\"]");
            assertThat(importer.request("$JS.API.DIRECT.GET.O", "{\"seq\":1}")).endsWith("hi");
            assertThat(renamed.request("A.JS.STREAM.INFO.O", "")).contains("\"messages\":1");
            // By that name, it is its own, of which it has none.
            assertThat(renamed.request("$JS.API.STREAM.INFO.O", "")).contains(NOT_ENABLED);
            assertThat(renamed.request("$JS.API.INFO", ""))
                    .isEqualTo(
                            "{\"type\":\"io.nats.jetstream.api.v1.account_info_response\","
                                    + NOT_ENABLED
                                    + "}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAnotherAccountConsume(Mode mode) throws Exception {
        String configuration = READING.formatted(folder.resolve("store"));
        try (NatsServer server = Leafs.start(mode, configuration);
                StreamClient owner = StreamClient.login(server.port(), "a");
                RawClient reader = RawClient.login(server.port(), "b")) {
            reader.send("SUB inbox.* 1\r\nSUB in.p 2\r\n");
            reader.fence();
            owner.create("O", "\"subjects\":[\"orders.*\"]");
            for (int i = 1; i <= 3; i++) {
                assertThat(owner.publish("orders." + i, "m" + i)).contains("\"seq\":" + i);
            }
            consumer(owner, "c", "");
            consumer(owner, "other", "");

            // As the reference has it: told as what they are, and acknowledged where that is.
            next(reader, "c", "{\"batch\":2}");
            RawMessage first = RawMessage.read(reader);
            assertThat(first.subject()).isEqualTo("orders.1");
            assertThat(first.reply()).startsWith("$JS.ACK.O.c.1.1.1.").endsWith(".2");
            assertThat(RawMessage.read(reader).payload()).isEqualTo("m2");
            acknowledge(reader, first.reply(), "+ACK");
            assertThat(owner.request("$JS.API.CONSUMER.INFO.O.c", ""))
                    .contains("\"ack_floor\":{\"consumer_seq\":1,\"stream_seq\":1,")
                    .contains("\"num_ack_pending\":1,");
            next(reader, "c", "{\"batch\":1}");
            assertThat(RawMessage.read(reader).subject()).isEqualTo("orders.3");
            next(reader, "c", "{\"batch\":1,\"no_wait\":true}");
            assertThat(RawMessage.read(reader).headers())
                    .isEqualTo("NATS/1.0 404 No Messages\r\n\r\n");
            next(reader, "other", "");
            assertThat(RawMessage.read(reader).headers()).startsWith("NATS/1.0 503\r\n");

            consumer(owner, "p", ",\"deliver_subject\":\"push.p\"");
            for (int i = 1; i <= 3; i++) {
                RawMessage pushed = RawMessage.read(reader);
                assertThat(pushed.subject()).isEqualTo("orders." + i);
                assertThat(pushed.sid()).isEqualTo("2");
                assertThat(pushed.reply()).startsWith("$JS.ACK.O.p.1." + i + '.');
            }
            acknowledge(reader, "$JS.ACK.O.p.1.1.1.1.2", "+TERM");
            assertThat(owner.request("$JS.API.CONSUMER.INFO.O.p", ""))
                    .contains("\"ack_floor\":{\"consumer_seq\":1,\"stream_seq\":1,")
                    .contains("\"num_ack_pending\":2,", "\"push_bound\":true");
            reader.send("UNSUB 2\r\n");
            reader.fence();
            Modes.await(
                    "nobody listens",
                    () ->
                            !owner.request("$JS.API.CONSUMER.INFO.O.p", "")
                                    .contains("\"push_bound\":true"));
        }
    }

    private static void consumer(StreamClient owner, String name, String more) {
        String config = "\"name\":\"%s\",\"ack_policy\":\"explicit\"%s".formatted(name, more);
        assertThat(
                        owner.request(
                                "$JS.API.CONSUMER.CREATE.O." + name,
                                "{\"stream_name\":\"O\",\"config\":{" + config + "}}"))
                .doesNotContain("\"error\"");
    }

    private static void next(RawClient reader, String consumer, String asked) throws IOException {
        reader.send(
                "PUB $JS.API.CONSUMER.MSG.NEXT.O.%s inbox.next %d\r\n%s\r\n"
                        .formatted(consumer, asked.length(), asked));
    }

    private static void acknowledge(RawClient reader, String reply, String word)
            throws IOException {
        reader.send("PUB %s inbox.ack %d\r\n%s\r\n".formatted(reply, word.length(), word));
        assertThat(RawMessage.read(reader)).isEqualTo(new RawMessage("inbox.ack", "1", "", "", ""));
    }
}
