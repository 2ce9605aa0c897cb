package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** What consumers deliver, and when. */
@Timeout(120)
class JetStreamDeliveryIT {
    @TempDir Path store;

    /** While the log becomes durable for one message, another one comes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverWhateverWasAcknowledged(Mode mode) throws Exception {
        int rounds = 50;
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            consumer(talk, ",\"ack_policy\":\"none\"");
            for (int i = 0; i < rounds; i++) {
                talk.client().send("PUB s answer 1\r\na\r\n");
                talk.client().send("PUB s answer 1\r\nb\r\n");
                RawMessage.read(talk.client());
                RawMessage.read(talk.client());
                RawMessage first = next(talk, "{\"batch\":2,\"expires\":30000000000}");
                assertThat(first.payload()).isEqualTo("a");
                assertThat(RawMessage.read(talk.client()).payload()).isEqualTo("b");
            }
        }
    }

    /** Nothing else has the consumer looked at. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverAgainWhatNobodyAcknowledges(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            consumer(talk, ",\"ack_policy\":\"explicit\",\"ack_wait\":50000000");
            publish(talk, "a");
            assertThat(next(talk, "{\"batch\":2,\"expires\":30000000000}").reply())
                    .startsWith("$JS.ACK.S.c.1.1.1.");
            assertThat(RawMessage.read(talk.client()).reply()).startsWith("$JS.ACK.S.c.2.1.2.");
        }
    }

    /** As the reference: when a heartbeat is due, and not before. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndARequestThatDoesNotWaitWhenAcknowledgementsAreMissing(Mode mode)
            throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            consumer(talk, ",\"ack_policy\":\"explicit\",\"max_ack_pending\":1");
            publish(talk, "a");
            publish(talk, "b");
            RawMessage first =
                    next(
                            talk,
                            """
                            {"batch":2,"expires":30000000000,"idle_heartbeat":50000000,\
                            "no_wait":true}""");
            assertThat(first.payload()).isEqualTo("a");
            assertThat(RawMessage.read(talk.client()).headers())
                    .isEqualTo("NATS/1.0 404 No Messages\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndRequestsOfAPausedConsumer(Mode mode) throws Exception {
        try (StreamTalk talk = new StreamTalk(mode, store)) {
            consumer(talk, ",\"ack_policy\":\"explicit\",\"pause_until\":\"2999-01-01T00:00:00Z\"");
            publish(talk, "a");
            assertThat(next(talk, "{\"batch\":1,\"no_wait\":true}").headers())
                    .isEqualTo("NATS/1.0 404 No Messages\r\n\r\n");
            assertThat(next(talk, "{\"batch\":1,\"expires\":50000000}").headers())
                    .startsWith("NATS/1.0 408 Request Timeout\r\n");
        }
    }

    private static void consumer(StreamTalk talk, String more) throws Exception {
        talk.create("S", ",\"subjects\":[\"s\"]");
        String answer =
                talk.api(
                        "CONSUMER.CREATE.S.c",
                        "{\"stream_name\":\"S\",\"config\":{\"name\":\"c\"" + more + "}}");
        assertThat(answer).doesNotContain("error");
    }

    private static void publish(StreamTalk talk, String payload) throws Exception {
        assertThat(talk.ask("s", payload).payload()).startsWith("{\"stream\":\"S\"");
    }

    private static RawMessage next(StreamTalk talk, String request) throws Exception {
        return talk.ask("$JS.API.CONSUMER.MSG.NEXT.S.c", request);
    }
}
