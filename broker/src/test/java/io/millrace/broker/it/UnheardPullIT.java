package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

/** Requests for messages that are to go where nobody listens: they get none. */
@Timeout(60)
class UnheardPullIT {
    private static final int MESSAGES = 60;

    @TempDir Path store;

    private StreamTalk start(Mode mode, String consumer) throws IOException {
        StreamTalk talk = new StreamTalk(mode, store);
        talk.create("S", ",\"subjects\":[\"s\"],\"storage\":\"memory\"");
        assertThat(
                        talk.api(
                                "CONSUMER.CREATE.S.c",
                                "{\"stream_name\":\"S\",\"config\":{\"name\":\"c\""
                                        + consumer
                                        + "}}"))
                .doesNotContain("error");
        return talk;
    }

    private static String next(String reply, String request) {
        return "PUB $JS.API.CONSUMER.MSG.NEXT.S.c %s %d\r\n%s\r\n"
                .formatted(reply, request.length(), request);
    }

    private static String info(StreamTalk talk) throws IOException {
        return talk.api("CONSUMER.INFO.S.c", "");
    }

    /** The next message, which nobody has got before. */
    private static RawMessage first(StreamTalk talk, int sequence) throws IOException {
        RawMessage message = RawMessage.read(talk.client());
        assertThat(message.subject()).isEqualTo("s");
        assertThat(message.reply())
                .startsWith("$JS.ACK.S.c.1.%d.%d.".formatted(sequence, sequence));
        return message;
    }

    @ParameterizedTest
    @CsvSource({"INLINE,explicit", "INLINE,none", "DEDICATED,explicit", "DEDICATED,none"})
    void shouldKeepTheMessagesForWhoListens(Mode mode, String policy) throws Exception {
        try (StreamTalk talk = start(mode, ",\"ack_policy\":\"" + policy + "\"")) {
            for (int i = 1; i <= MESSAGES; i++) {
                assertThat(talk.ask("s", "m" + i).payload()).contains("\"seq\":" + i);
            }
            StringBuilder unheard = new StringBuilder();
            for (int i = 0; i < MESSAGES; i++) {
                unheard.append(next("nobody." + i, i % 2 == 0 ? "" : "{\"batch\":5}"));
            }
            // These hear nothing any more, though they did when they asked.
            unheard.append("SUB gone 7\r\n").append(next("gone", "5")).append("UNSUB 7\r\n");
            unheard.append(next("nobody", "{\"batch\":5,\"no_wait\":true}"));
            talk.client().send(unheard.toString());
            assertThat(info(talk))
                    .contains("\"delivered\":{\"consumer_seq\":0,\"stream_seq\":0")
                    .contains("\"num_waiting\":0,\"num_pending\":" + MESSAGES);
            talk.client().send("SUB in.* 8\r\n" + next("in.1", String.valueOf(MESSAGES - 1)));
            RawMessage last = first(talk, 1);
            for (int i = 2; i < MESSAGES; i++) {
                last = first(talk, i);
                assertThat(last.payload()).isEqualTo("m" + i);
            }
            talk.client().send("PUB " + last.reply() + " nobody 4\r\n+NXT\r\n");
            talk.client().send(next("in.2", ""));
            assertThat(first(talk, MESSAGES).sid()).isEqualTo("8");
            talk.client().fence();
        }
    }

    /** Also where the messages come in the same write as the end of interest. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepWhatComesWhenNobodyListensAnyMore(Mode mode) throws Exception {
        try (StreamTalk talk = start(mode, ",\"ack_policy\":\"none\"")) {
            for (int i = 1; i <= 20; i++) {
                talk.client().send("SUB gone 7\r\n" + next("gone", "{\"batch\":5}"));
                assertThat(info(talk)).contains("\"num_waiting\":1,");
                // By now it is known at the router that somebody wants to know.
                assertThat(info(talk)).contains("\"num_waiting\":1,");
                talk.client().send("UNSUB 7\r\nPUB s answer 1\r\nx\r\n");
                assertThat(RawMessage.read(talk.client()).payload()).contains("\"seq\":" + i);
                talk.client().send("SUB in 8\r\n" + next("in", "") + "UNSUB 8 1\r\n");
                first(talk, i);
                assertThat(info(talk)).contains("\"num_waiting\":0,\"num_pending\":0");
            }
        }
    }
}
