package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Acknowledgements that want an answer while the log has no room for them. */
class LateAnswersTest {
    private static final int MESSAGES = 64;
    private static final int ROUNDS = 200;

    private final ForgetfulShard home = new ForgetfulShard(1, new Random(1), true, new Voice());
    private final Deque<String> replies = new ArrayDeque<>();
    private final List<String> answers = new ArrayList<>();
    private final Incoming incoming = new Incoming();

    private final class Voice extends QuietVoice {
        @Override
        public boolean publish(
                int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            answers.add(subject.text());
            return true;
        }

        @Override
        public boolean deliver(
                int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
            replies.add(reply.text());
            return true;
        }

        @Override
        public void notice(String text) {}

        @Override
        public void error(String text) {}
    }

    @BeforeEach
    void deliver() throws IOException {
        home.open();
        home.create(
                new StreamDraft()
                        .name("S")
                        .subjects(List.of("s"))
                        .retention(Retention.WORK_QUEUE)
                        .maxBytes(-1)
                        .maxMsgs(-1)
                        .maxMsgsPerSubject(-1)
                        .maxMsgSize(-1)
                        .config());
        home.shard()
                .consumers()
                .create(
                        stream(),
                        "c",
                        new ConsumerDraft()
                                .durableName("c")
                                .name("c")
                                .ackPolicy(AckPolicy.EXPLICIT)
                                .ackWaitNs(3_600_000_000_000L)
                                .maxDeliver(-1)
                                .maxWaiting(512)
                                .maxAckPending(1000)
                                .config());
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(publish()).isEqualTo(Outcome.Kind.STORED);
        }
        home.settle(ROUNDS);
        home.pull(stream(), "c", MESSAGES);
        home.settle(ROUNDS);
        assertThat(replies).hasSize(MESSAGES);
    }

    @AfterEach
    void close() {
        home.close();
        incoming.close();
    }

    private StreamHandle stream() {
        return Objects.requireNonNull(home.stream("S"));
    }

    private Consumer consumer() {
        return Objects.requireNonNull(stream().consumers().byName("c")).consumer();
    }

    private Outcome.Kind publish() {
        incoming.of("s", new byte[0], new byte[] {'x'});
        return home.shard().publish(stream(), incoming).kind();
    }

    private void acknowledge(String answer) {
        home.acknowledge(stream(), "c", replies.removeFirst(), "+ACK", answer);
        home.settle(ROUNDS);
    }

    /** Fills the log until even an acknowledgement finds no room; how many found some. */
    private int fill() {
        home.runFull(0);
        for (int i = 0; i < 10_000 && publish() == Outcome.Kind.STORED; i++) {
            home.settle(1);
        }
        assertThat(publish()).isEqualTo(Outcome.Kind.REFUSED);
        for (int i = 0; i < MESSAGES / 2; i++) {
            acknowledge("full." + i);
            if (answers.size() == i) {
                return i;
            }
        }
        throw new AssertionError("the log is never full");
    }

    @Test
    void shouldAnswerWhenThereIsRoomAgain() throws IOException {
        int before = fill();
        acknowledge("second");
        assertThat(answers).hasSize(before).doesNotContain("full." + before, "second");
        home.roomIsBack();
        home.settle(ROUNDS);
        assertThat(answers).containsOnlyOnce("full." + before, "second").hasSize(before + 2);
        // They are as safe as those that were answered at once.
        home.lose();
        home.open();
        assertThat(consumer().floor()).isEqualTo(before + 2);
        assertThat(consumer().unacked()).isEqualTo(MESSAGES - before - 2);
        assertThat(stream().stream().messages().index().next(1)).isEqualTo(before + 3);
    }

    @Test
    void shouldNotAnswerForWhoIsGone() {
        int before = fill();
        home.roomIsBack();
        boolean gone = false;
        for (int i = 0; i < ROUNDS && !gone; i++) {
            home.settle(1);
            gone = home.delete(stream(), "c");
        }
        assertThat(gone).isTrue();
        home.settle(ROUNDS);
        assertThat(answers).hasSize(before);
    }
}
