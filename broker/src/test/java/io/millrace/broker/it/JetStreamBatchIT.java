package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** Messages that are published together (ADR-50), and counters (ADR-49), byte by byte. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class JetStreamBatchIT {
    private static final String BATCHES = "\"allow_atomic\":true,\"allow_batched\":true";

    @TempDir private Path folder;

    private NatsServer start(Mode mode) throws Exception {
        return Modes.start(mode, o -> o.jetStream(true).storeDir(folder.toString()));
    }

    private static RawClient connect(NatsServer server) throws IOException {
        RawClient client = RawClient.connected(server);
        client.send("SUB r.> 1\r\n");
        client.fence();
        return client;
    }

    // --- what is said

    private static void send(RawClient client, String subject, String reply, String payload)
            throws IOException {
        client.send("PUB %s %s %d\r\n%s\r\n".formatted(subject, reply, payload.length(), payload));
    }

    private static void send(
            RawClient client, String subject, String reply, String headers, String payload)
            throws IOException {
        String block = "NATS/1.0\r\n" + headers + "\r\n";
        client.send(
                "HPUB %s %s %d %d\r\n%s%s\r\n"
                        .formatted(
                                subject,
                                reply,
                                block.length(),
                                block.length() + payload.length(),
                                block,
                                payload));
    }

    private static String batch(String id, int sequence, String more) {
        return "Nats-Batch-Id: " + id + "\r\nNats-Batch-Sequence: " + sequence + "\r\n" + more;
    }

    private static String commit(String id, int sequence) {
        return batch(id, sequence, "Nats-Batch-Commit: 1\r\n");
    }

    // --- what comes back

    private static void expect(RawClient client, String subject, String payload)
            throws IOException {
        client.expect("MSG %s 1 %d\r\n%s\r\n".formatted(subject, payload.length(), payload));
    }

    private static String request(RawClient client, String subject, String payload)
            throws IOException {
        send(client, subject, "r.request", payload);
        String[] words = client.lineAfterPing().strip().split(" ");
        assertThat(words[1]).isEqualTo("r.request");
        String text =
                new String(
                        client.read(Integer.parseInt(words[words.length - 1])),
                        StandardCharsets.UTF_8);
        client.skip(2);
        return text;
    }

    private static void create(RawClient client, String more) throws IOException {
        String config = "{\"name\":\"S\",\"subjects\":[\"s.>\"]," + more + "}";
        assertThat(request(client, "$JS.API.STREAM.CREATE.S", config)).doesNotContain("error");
    }

    private static void expectState(RawClient client, int messages, int last) throws IOException {
        assertThat(request(client, "$JS.API.STREAM.INFO.S", ""))
                .contains("\"messages\":" + messages + ",")
                .contains("\"last_seq\":" + last + ",");
    }

    private static void expectStored(RawClient client, int sequence, String headers, String payload)
            throws IOException {
        Base64.Encoder base64 = Base64.getEncoder();
        String block = "NATS/1.0\r\n" + headers + "\r\n";
        assertThat(request(client, "$JS.API.STREAM.MSG.GET.S", "{\"seq\":" + sequence + "}"))
                .contains("\"hdrs\":\"" + base64.encodeToString(block.getBytes()) + "\"")
                .contains("\"data\":\"" + base64.encodeToString(payload.getBytes()) + "\"");
    }

    // --- atomic batches

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStoreAnAtomicBatchAsAWholeWhenItIsCommitted(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            send(client, "s.b", "r.2", batch("b", 2, ""), "two");
            client.expect("MSG r.2 1 0\r\n\r\n");
            expectState(client, 0, 0);
            send(client, "s.c", "r.3", commit("b", 3), "three");
            expect(client, "r.3", "{\"stream\":\"S\",\"seq\":3,\"batch\":\"b\",\"count\":3}");
            expectState(client, 3, 3);
            expectStored(client, 1, batch("b", 1, ""), "one");
            expectStored(client, 3, commit("b", 3), "three");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotStoreWhatOnlyEndsAnAtomicBatch(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            send(client, "s.a", "r.2", batch("b", 2, "Nats-Batch-Commit: eob\r\n"), "");
            expect(client, "r.2", "{\"stream\":\"S\",\"seq\":1,\"batch\":\"b\",\"count\":1}");
            expectStored(client, 1, commit("b", 1), "one");
            expectState(client, 1, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStoreNothingOfAnAtomicBatchWhenOneMessageIsRefused(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, "Nats-Msg-Id: x\r\n"), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            send(client, "s.b", "r.2", commit("b", 2) + "Nats-Msg-Id: x\r\n", "two");
            expect(
                    client,
                    "r.2",
                    "{\"error\":{\"code\":400,\"err_code\":10201,\"description\":\"atomic publish"
                            + " batch contains duplicate message id\"},\"stream\":\"S\",\"seq\":0}");
            expectState(client, 0, 0);
            // And its id isn't taken.
            send(client, "s.a", "r.3", "Nats-Msg-Id: x\r\n", "three");
            expect(client, "r.3", "{\"stream\":\"S\",\"seq\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldExpectationsAgainstWhatTheBatchItselfChanges(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            String expected = "Nats-Expected-Last-Subject-Sequence: 0\r\n";
            send(client, "s.a", "r.2", commit("b", 2) + expected, "two");
            expect(
                    client,
                    "r.2",
                    "{\"error\":{\"code\":400,\"err_code\":10164,\"description\":\"wrong last"
                            + " sequence\"},\"stream\":\"S\",\"seq\":0}");
            send(client, "s.a", "r.3", batch("c", 1, expected), "one");
            client.expect("MSG r.3 1 0\r\n\r\n");
            send(client, "s.b", "r.4", commit("c", 2) + expected, "two");
            expect(client, "r.4", "{\"stream\":\"S\",\"seq\":2,\"batch\":\"c\",\"count\":2}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellThatAnAtomicBatchWithAGapIsAbandoned(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            client.send("SUB $JS.EVENT.ADVISORY.STREAM.> 2\r\n");
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            send(client, "s.a", "", commit("b", 3), "three");
            assertThat(client.line())
                    .matches(
                            "MSG \\$JS\\.EVENT\\.ADVISORY\\.STREAM\\.BATCH_ABANDONED\\.S 2 \\d+\r\n");
            assertThat(client.line())
                    .matches(
                            "\\{\"type\":\"io\\.nats\\.jetstream\\.advisory\\.v1\\."
                                    + "stream_batch_abandoned\",\"id\":\"\\w{22}\",\"timestamp\":"
                                    + "\"[^\"]+\",\"stream\":\"S\",\"batch\":\"b\",\"reason\":"
                                    + "\"incomplete\"}\r\n");
            send(client, "s.a", "r.2", commit("b", 2), "two");
            expect(
                    client,
                    "r.2",
                    "{\"error\":{\"code\":400,\"err_code\":10176,\"description\":\"atomic publish"
                            + " batch is incomplete\"},\"stream\":\"S\",\"seq\":0}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseBatchesWhereTheyAreNotAllowed(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, "\"max_msgs\":-1");
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            expect(
                    client,
                    "r.1",
                    "{\"error\":{\"code\":400,\"err_code\":10174,\"description\":\"atomic publish is"
                            + " disabled\"},\"stream\":\"S\",\"seq\":0}");
            send(client, "s.a", "r.f.10.ok.1.0.$FI", "one");
            expect(
                    client,
                    "r.f.10.ok.1.0.$FI",
                    "{\"error\":{\"code\":400,\"err_code\":10205,\"description\":\"batch publish is"
                            + " disabled\"},\"stream\":\"S\",\"seq\":0}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetOpenBatchesWhenTheyAreNotAllowedAnyMore(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            String config = "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"allow_atomic\":%s}";
            for (String allowed : new String[] {"false", "true"}) {
                String update = config.formatted(allowed);
                assertThat(request(client, "$JS.API.STREAM.UPDATE.S", update))
                        .doesNotContain("error");
            }
            send(client, "s.a", "r.2", commit("b", 2), "two");
            expect(
                    client,
                    "r.2",
                    "{\"error\":{\"code\":400,\"err_code\":10176,\"description\":\"atomic publish"
                            + " batch is incomplete\"},\"stream\":\"S\",\"seq\":0}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHaveAllOfAnAtomicBatchAfterARestart(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.1", batch("b", 1, ""), "one");
            client.expect("MSG r.1 1 0\r\n\r\n");
            send(client, "s.b", "r.2", commit("b", 2), "two");
            expect(client, "r.2", "{\"stream\":\"S\",\"seq\":2,\"batch\":\"b\",\"count\":2}");
            // Another one that isn't complete.
            send(client, "s.a", "r.3", batch("c", 1, ""), "three");
            client.expect("MSG r.3 1 0\r\n\r\n");
        }
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            expectState(client, 2, 2);
            expectStored(client, 1, batch("b", 1, ""), "one");
            expectStored(client, 2, commit("b", 2), "two");
        }
    }

    // --- counters

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountByThemselvesAndInBatches(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, "\"allow_msg_counter\":true," + BATCHES);
            send(client, "s.a", "r.1", "Nats-Incr: +5\r\n", "");
            expect(client, "r.1", "{\"stream\":\"S\",\"seq\":1,\"val\":\"5\"}");
            send(client, "s.a", "r.2", "Nats-Incr: -12345678901234567890123\r\n", "");
            expect(
                    client,
                    "r.2",
                    "{\"stream\":\"S\",\"seq\":2,\"val\":\"-12345678901234567890118\"}");
            send(client, "s.b", "r.3", batch("b", 1, "Nats-Incr: 1\r\n"), "");
            client.expect("MSG r.3 1 0\r\n\r\n");
            send(client, "s.b", "r.4", commit("b", 2) + "Nats-Incr: 2\r\n", "");
            expect(client, "r.4", "{\"stream\":\"S\",\"seq\":4,\"batch\":\"b\",\"count\":2}");
            expectStored(client, 4, commit("b", 2) + "Nats-Incr: 2\r\n", "{\"val\":\"3\"}");
            send(client, "s.b", "r.5", "Nats-Incr: x\r\n", "");
            expect(
                    client,
                    "r.5",
                    "{\"error\":{\"code\":400,\"err_code\":10171,\"description\":\"message counter"
                            + " increment is invalid\"},\"stream\":\"S\",\"seq\":0}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepWhatACounterHasTakenOverFromOthers(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, "\"allow_msg_counter\":true");
            String sources = "Nats-Counter-Sources: {\"T\":{\"t.a\":\"4\"}}\r\n";
            send(client, "s.a", "r.1", "Nats-Incr: 4\r\n" + sources, "");
            expect(client, "r.1", "{\"stream\":\"S\",\"seq\":1,\"val\":\"4\"}");
            send(client, "s.a", "r.2", "Nats-Incr: 1\r\n", "");
            expect(client, "r.2", "{\"stream\":\"S\",\"seq\":2,\"val\":\"5\"}");
            expectStored(client, 2, "Nats-Incr: 1\r\n" + sources, "{\"val\":\"5\"}");
        }
    }

    // --- fast batches

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellNowAndThenHowFarAFastBatchIsStored(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.f.2.ok.1.0.$FI", "1");
            expect(client, "r.f.2.ok.1.0.$FI", "{\"type\":\"ack\",\"seq\":0,\"msgs\":2}");
            send(client, "s.a", "r.f.2.ok.2.1.$FI", "2");
            expect(client, "r.f.2.ok.2.1.$FI", "{\"type\":\"ack\",\"seq\":2,\"msgs\":2}");
            send(client, "s.a", "r.f.2.ok.3.1.$FI", "3");
            send(client, "s.a", "r.f.2.ok.3.4.$FI", "");
            expect(client, "r.f.2.ok.3.4.$FI", "{\"type\":\"ack\",\"seq\":2,\"msgs\":2}");
            send(client, "s.a", "r.f.2.ok.4.2.$FI", "4");
            expect(
                    client,
                    "r.f.2.ok.4.2.$FI",
                    "{\"stream\":\"S\",\"seq\":4,\"batch\":\"f\",\"count\":4}");
            expectState(client, 4, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfGapsAndErrorsInAFastBatch(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = connect(server)) {
            create(client, BATCHES);
            send(client, "s.a", "r.f.9.ok.1.0.$FI", "1");
            expect(client, "r.f.9.ok.1.0.$FI", "{\"type\":\"ack\",\"seq\":0,\"msgs\":9}");
            send(client, "s.a", "r.f.9.ok.3.1.$FI", "3");
            expect(client, "r.f.9.ok.3.1.$FI", "{\"type\":\"gap\",\"last_seq\":2,\"seq\":3}");
            send(client, "s.a", "r.f.9.ok.4.1.$FI", "Nats-Expected-Last-Sequence: 7\r\n", "4");
            expect(
                    client,
                    "r.f.9.ok.4.1.$FI",
                    "{\"type\":\"err\",\"seq\":4,\"error\":{\"code\":400,\"err_code\":10071,"
                            + "\"description\":\"wrong last sequence: 2\"}}");
            send(client, "s.a", "r.f.9.ok.5.3.$FI", "");
            expect(
                    client,
                    "r.f.9.ok.5.3.$FI",
                    "{\"stream\":\"S\",\"seq\":2,\"batch\":\"f\",\"count\":4}");
            send(client, "s.a", "r.f.9.ok.6.1.$FI", "");
            expect(
                    client,
                    "r.f.9.ok.6.1.$FI",
                    "{\"error\":{\"code\":400,\"err_code\":10208,\"description\":\"batch publish ID"
                            + " unknown\"},\"stream\":\"S\",\"seq\":0}");
        }
    }
}
