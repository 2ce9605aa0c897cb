package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Clients that ask JetStream for too much: too long, too many, too large. */
@Timeout(120)
class JetStreamAbuseIT {
    private static final long MOST = Long.MAX_VALUE;

    @TempDir Path store;

    private static String consumer(StreamTalk talk, String name, String more) throws IOException {
        return talk.api(
                "CONSUMER.CREATE.S." + name,
                "{\"stream_name\":\"S\",\"config\":{\"name\":\"%s\",\"ack_policy\":\"explicit\"%s}}"
                        .formatted(name, more));
    }

    private static void pull(RawClient client, String consumer, String said) throws IOException {
        client.send(
                "PUB $JS.API.CONSUMER.MSG.NEXT.S.%s here %d\r\n%s\r\n"
                        .formatted(consumer, said.length(), said));
    }

    /** Times that, added to any other, don't fit into 64 bits: nothing is due before they end. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldWaitForEverWhereSomebodySaysSo(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store);
                RawClient puller = RawClient.connected(talk.server())) {
            puller.send("SUB here 1\r\nSUB pushed 2\r\n");
            puller.fence();
            talk.create("S", ",\"subjects\":[\"s\"],\"max_age\":" + MOST);
            for (String more :
                    List.of(
                            ",\"ack_wait\":" + MOST,
                            ",\"max_deliver\":9,\"backoff\":[" + MOST + "]",
                            ",\"inactive_threshold\":" + MOST)) {
                consumer(talk, "A", more);
                pull(puller, "A", "{\"batch\":5,\"expires\":%d}".formatted(MOST));
                talk.ask("s", "x");
                RawMessage first = RawMessage.read(puller);
                assertThat(first.payload()).as(more).isEqualTo("x");
                for (String nak : List.of("-NAK {\"delay\":" + MOST + "}", "-NAK 2562047h")) {
                    talk.ask(first.reply(), nak);
                }
                talk.ask("s", "y");
                assertThat(RawMessage.read(puller).payload()).as(more).isEqualTo("y");
                assertThat(talk.api("CONSUMER.INFO.S.A", ""))
                        .as(more)
                        .contains("\"num_redelivered\":0,\"num_waiting\":1,");
                talk.api("CONSUMER.DELETE.S.A", "");
                assertThat(RawMessage.read(puller).headers()).contains("409 Consumer Deleted");
                talk.api("STREAM.PURGE.S", "");
            }
            consumer(talk, "B", "");
            pull(puller, "B", "{\"batch\":%d,\"idle_heartbeat\":%d}".formatted(MOST, MOST));
            consumer(talk, "C", ",\"deliver_subject\":\"pushed\",\"idle_heartbeat\":" + MOST);
            consumer(
                    talk,
                    "D",
                    ",\"priority_groups\":[\"g\"],\"priority_policy\":\"pinned_client\","
                            + "\"priority_timeout\":"
                            + MOST);
            pull(puller, "D", "{\"batch\":9,\"group\":\"g\"}");
            talk.ask("s", "z");
            for (int i = 0; i < 3; i++) {
                assertThat(RawMessage.read(puller).payload()).isEqualTo("z");
            }
            assertThat(talk.api("CONSUMER.INFO.S.D", "")).contains("\"pinned_client_id\":\"");
            talk.api("CONSUMER.DELETE.S.B", "");
            assertThat(RawMessage.read(puller).headers()).contains("409 Consumer Deleted");
            String past = "{\"pause_until\":\"1000-01-01T00:00:00Z\"}";
            assertThat(talk.api("CONSUMER.PAUSE.S.D", past)).contains("\"paused\":false");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOverForgedFlowControl(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                options -> options.jetStream(true).storeDir(store.toString()));
                RawClient client = RawClient.connected(server)) {
            client.send(
                    "SUB answer 1\r\nPUB $JS.API.STREAM.CREATE.S answer 12\r\n{\"name\":\"S\"}\r\n");
            assertThat(RawMessage.read(client).payload()).contains("\"did_create\":true");
            String config =
                    "{\"stream_name\":\"S\",\"config\":{\"name\":\"F\",\"deliver_subject\":\"f\","
                            + "\"flow_control\":true,\"idle_heartbeat\":1000000000}}";
            client.send(
                    "PUB $JS.API.CONSUMER.CREATE.S.F answer %d\r\n%s\r\n"
                            .formatted(config.length(), config));
            assertThat(RawMessage.read(client).payload()).contains("\"name\":\"F\"");
            for (String headers :
                    List.of(
                            "NATS/1.0\r\nNats-Last-Stream:5",
                            "NATS/1.0\r\nNats-Last-Stream:",
                            "\u00ff\r\nNats-Last-Consumer:")) {
                for (String subject : List.of("$JS.FC.S.F.x", "$JS.FC.S.F.", "$JS.FC.S")) {
                    client.send(
                            "HPUB %s %d %2$d\r\n%s\r\n"
                                    .formatted(subject, headers.length(), headers));
                }
            }
            client.send("PUB $JS.API.CONSUMER.INFO.S.F answer 0\r\n\r\n");
            assertThat(RawMessage.read(client).payload()).contains("\"name\":\"F\"");
            assertThat(log.all()).noneMatch(line -> line.contains("failed"));
        }
    }

    /** Configurations count as what they take: nobody makes so many that the server ends. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseConsumersAndStreamsThatThereIsNoMemoryFor(Mode mode) throws Exception {
        try (StreamTalk talk =
                new StreamTalk(mode, store, options -> options.maxMemory(128L << 20))) {
            talk.create("S", ",\"subjects\":[\"s.>\"]");
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 8_000; i++) {
                many.append(i == 0 ? "" : ",").append("\"s.").append(i).append(".*\"");
            }
            String full = "\"code\":503,\"err_code\":10023,";
            String filters = ",\"filter_subjects\":[" + many + "]";
            int made = 0;
            while (!consumer(talk, "C" + made, filters).contains(full)) {
                made++;
                assertThat(made).isLessThan(8);
            }
            assertThat(made).isPositive();
            String numbers = "1000,".repeat(100_000) + "1000";
            String backoff = ",\"max_deliver\":200000,\"backoff\":[" + numbers + "]";
            int others = 0;
            while (!consumer(talk, "B" + others, backoff).contains(full)) {
                others++;
                assertThat(others).isLessThan(8);
            }
            String subjects = many.toString().replace("s.", "t.");
            String stream = "{\"name\":\"T\",\"subjects\":[" + subjects + "]}";
            assertThat(talk.api("STREAM.CREATE.T", stream)).contains(full);
            assertThat(consumer(talk, "small", "")).doesNotContain("\"error\":");
            assertThat(talk.api("CONSUMER.DELETE.S.C0", "")).contains("\"success\":true");
            assertThat(consumer(talk, "again", filters)).doesNotContain("\"error\":");
            assertThat(talk.ask("s.1.x", "x").payload()).contains("\"seq\":1");
        }
    }

    /** What a mirror or a source changes counts as well. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseCopiesThatThereIsNoMemoryFor(Mode mode) throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 4_000; i++) {
            many.append(i == 0 ? "" : ",")
                    .append("{\"src\":\"s.%d.*\",\"dest\":\"t.%d.$1\"}".formatted(i, i));
        }
        String of = "{\"name\":\"Z\",\"subject_transforms\":[" + many + "]}";
        for (String copy : List.of("\"mirror\":" + of, "\"sources\":[" + of + "]")) {
            try (StreamTalk talk =
                    new StreamTalk(mode, store, options -> options.maxMemory(128L << 20))) {
                int made = 0;
                String full = "\"code\":503,\"err_code\":10023,";
                while (!talk.api(
                                "STREAM.CREATE.M" + made,
                                "{\"name\":\"M" + made + "\"," + copy + "}")
                        .contains(full)) {
                    made++;
                    assertThat(made).isLessThan(20);
                }
                assertThat(made).isPositive();
                for (int i = 0; i < made; i++) {
                    talk.api("STREAM.DELETE.M" + i, "");
                }
            }
        }
    }

    /** Who asks for messages a hundred thousand times keeps nobody else waiting. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetAllRequestsOfWhoLeaves(Mode mode) throws Exception {
        int at = 2_000;
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s\"]");
            consumer(talk, "C", ",\"max_waiting\":1000000000");
            try (RawClient puller = RawClient.connected(talk.server())) {
                puller.send("SUB here.> 1\r\n");
                // No more at once than requests may wait to be read.
                for (int made = 0; made < 15 * at; made += at) {
                    StringBuilder some = new StringBuilder();
                    for (int i = 0; i < at; i++) {
                        some.append("PUB $JS.API.CONSUMER.MSG.NEXT.S.C here.")
                                .append(made < 7 * at ? 0 : made + i)
                                .append(" 2\r\n10\r\n");
                    }
                    puller.send(some.toString());
                    int all = made + at;
                    Modes.await("all wait", () -> isWaiting(talk, all));
                }
            }
            Modes.await("none waits", () -> isWaiting(talk, 0));
            assertThat(talk.ask("s", "x").payload()).contains("\"seq\":1");
        }
    }

    private static boolean isWaiting(StreamTalk talk, int requests) {
        try {
            return talk.api("CONSUMER.INFO.S.C", "").contains("\"num_waiting\":" + requests + ",");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is published nowhere then. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeARepublishThatLeadsNowhere(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            talk.create("S", ",\"subjects\":[\"s\"],\"republish\":{\"src\":\"s\",\"dest\":\"\"}");
            assertThat(talk.ask("s", "x").payload()).contains("\"seq\":1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellAllWhoWaitThatTheStreamIsGone(Mode mode) throws Exception {
        int requests = 1_000;
        try (StreamTalk talk = new StreamTalk(mode, store);
                RawClient puller = RawClient.connected(talk.server())) {
            talk.create("S", ",\"subjects\":[\"s\"]");
            consumer(talk, "C", ",\"max_waiting\":" + requests);
            puller.send("SUB here 1\r\n");
            puller.send("PUB $JS.API.CONSUMER.MSG.NEXT.S.C here 0\r\n\r\n".repeat(requests));
            puller.fence();
            Modes.await("all wait", () -> isWaiting(talk, requests));
            assertThat(talk.api("STREAM.DELETE.S", "")).contains("\"success\":true");
            for (int i = 0; i < requests; i++) {
                assertThat(RawMessage.read(puller).headers())
                        .isEqualTo("NATS/1.0 409 Consumer Deleted\r\n\r\n");
            }
        }
    }
}
