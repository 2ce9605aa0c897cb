package io.millrace.broker.jetstream.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.publish.FastReply;
import io.millrace.broker.jetstream.publish.PublishHeaders;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class FastBatchesTest {
    private static final int API_LEVEL = 5;
    private static final BatchBounds BOUNDS = new BatchBounds(3, Integer.MAX_VALUE, 0, 1000);

    private final OpenBatches open = new OpenBatches(4);
    private final FastBatches batches = new FastBatches(BOUNDS, open);
    private final NativeText text = new NativeText();
    private final FastReply reply = new FastReply();
    private final PublishHeaders headers = new PublishHeaders();
    private final Said said = new Said();
    private long nowNs;

    /** What was said, since it was looked at. */
    private static final class Said implements FastBatches.Talk {
        private final List<String> words = new ArrayList<>();

        @Override
        public void ack(long sequence, int messages) {
            words.add("ack " + sequence + " " + messages);
        }

        @Override
        public void gap(long expected, long sequence) {
            words.add("gap " + expected + " " + sequence);
        }

        @Override
        public void error(long sequence) {
            words.add("err " + sequence);
        }

        @Override
        public void done(String id, long streamSequence, long count) {
            words.add("done " + id + " " + streamSequence + " " + count);
        }

        List<String> take() {
            List<String> taken = List.copyOf(words);
            words.clear();
            return taken;
        }
    }

    @AfterEach
    void shouldHaveNoneOpenInTheEnd() {
        batches.close();
        assertThat(open.count()).isZero();
        text.close();
    }

    /** A message with a reply of {@code id.flow.ok|fail.sequence.operation}. */
    private FastOutcome receive(String says) {
        return receive(batches, says);
    }

    private FastOutcome receive(FastBatches to, String says) {
        String subject = "_INBOX.x." + says + ".$FI";
        assertThat(reply.read(text.region(), text.put(subject), subject.length()))
                .isEqualTo(FastReply.Kind.FAST);
        to.expire(nowNs);
        return to.receive(reply, headers, API_LEVEL, nowNs, said);
    }

    /** The same, accepted. */
    private FastBatch store(String says) {
        assertThat(receive(says)).isEqualTo(FastOutcome.STORE);
        return batches.accepted();
    }

    private void stored(FastBatch batch, long sequence, long streamSequence) {
        batches.stored(batch, sequence, streamSequence, said);
    }

    @Test
    void shouldAcknowledgeNowAndThenAndInTheEnd() {
        FastBatch batch = store("a.2.fail.1.0");
        assertThat(said.take()).containsExactly("ack 0 2");
        stored(batch, 1, 101);
        assertThat(said.take()).isEmpty();
        store("a.2.fail.2.1");
        store("a.2.fail.3.1");
        stored(batch, 2, 102);
        assertThat(said.take()).containsExactly("ack 2 2");
        stored(batch, 3, 103);
        store("a.2.fail.4.2");
        assertThat(said.take()).isEmpty();
        stored(batch, 4, 104);
        assertThat(said.take()).containsExactly("done a 104 4");
        assertThat(batches.size()).isZero();
    }

    @Test
    void shouldSayOnlyThatABatchOfOneMessageIsDone() {
        FastBatch batch = store("a.2.fail.1.2");
        assertThat(said.take()).isEmpty();
        stored(batch, 1, 7);
        assertThat(said.take()).containsExactly("done a 7 1");
    }

    @Test
    void shouldEndWithoutAMessage() {
        FastBatch batch = store("a.9.fail.1.0");
        said.take();
        stored(batch, 1, 7);
        assertThat(receive("a.9.fail.2.3")).isEqualTo(FastOutcome.HANDLED);
        assertThat(said.take()).containsExactly("done a 7 1");
        assertThat(receive("a.9.fail.3.1")).isEqualTo(FastOutcome.UNKNOWN);
    }

    @Test
    void shouldWaitForTheLastMessageBeforeItIsDone() {
        FastBatch batch = store("a.9.fail.1.0");
        store("a.9.fail.2.1");
        said.take();
        assertThat(receive("a.9.fail.3.3")).isEqualTo(FastOutcome.HANDLED);
        stored(batch, 1, 7);
        nowNs = 1_000_000;
        assertThat(receive("a.9.fail.3.1")).isEqualTo(FastOutcome.HANDLED);
        assertThat(said.take()).isEmpty();
        stored(batch, 2, 8);
        assertThat(said.take()).containsExactly("done a 8 2");
    }

    @Test
    void shouldEndWithAGap() {
        FastBatch batch = store("a.9.fail.1.0");
        said.take();
        assertThat(receive("a.9.fail.3.1")).isEqualTo(FastOutcome.HANDLED);
        assertThat(said.take()).containsExactly("gap 2 3");
        stored(batch, 1, 7);
        assertThat(said.take()).containsExactly("done a 7 1");
    }

    @Test
    void shouldGoOnBehindAGapThatIsFine() {
        FastBatch batch = store("a.9.ok.1.0");
        said.take();
        assertThat(receive("a.9.ok.5.1")).isEqualTo(FastOutcome.STORE);
        batches.accepted();
        assertThat(said.take()).containsExactly("gap 2 5");
        stored(batch, 1, 7);
        stored(batch, 5, 8);
        assertThat(receive("a.9.ok.4.1")).isEqualTo(FastOutcome.HANDLED);
        assertThat(said.take()).containsExactly("gap 6 4", "done a 8 5");
    }

    @Test
    void shouldAnswerPings() {
        assertThat(receive("a.9.fail.1.4")).isEqualTo(FastOutcome.UNKNOWN);
        FastBatch batch = store("a.3.ok.1.0");
        said.take();
        receive("a.3.ok.1.4");
        assertThat(said.take()).containsExactly("ack 0 3");
        stored(batch, 1, 7);
        receive("a.3.ok.6.4");
        assertThat(said.take()).containsExactly("gap 2 7", "ack 6 3");
        receive("a.3.ok.7.4");
        assertThat(said.take()).containsExactly("gap 7 8", "ack 6 3");
    }

    @Test
    void shouldEndWhenAPingTellsOfAGap() {
        FastBatch batch = store("a.3.fail.1.0");
        said.take();
        receive("a.3.fail.2.4");
        assertThat(said.take()).containsExactly("gap 2 3", "ack 0 3");
        stored(batch, 1, 7);
        assertThat(said.take()).containsExactly("done a 7 1");
    }

    @Test
    void shouldBeginSlowlyBesideOthers() {
        store("a.1000.fail.1.0");
        assertThat(said.take()).containsExactly("ack 0 500");
        FastBatch second = store("b.1000.fail.1.0");
        assertThat(said.take()).containsExactly("ack 0 1");
        long sequence = 1;
        List<String> acks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            stored(second, sequence, sequence);
            acks.addAll(said.take());
            sequence++;
            store("b.1000.fail." + sequence + ".1");
        }
        assertThat(acks).containsExactly("ack 1 2", "ack 3 4", "ack 7 8");
    }

    @Test
    void shouldSlowDownWhenOthersCome() {
        FastBatch first = store("a.400.fail.1.0");
        store("b.1.fail.1.0");
        assertThat(said.take()).containsExactly("ack 0 400", "ack 0 1");
        for (int i = 2; i <= 401; i++) {
            store("a.400.fail." + i + ".1");
        }
        for (int i = 1; i <= 400; i++) {
            stored(first, i, i);
        }
        assertThat(said.take()).containsExactly("ack 400 250");
    }

    @Test
    void shouldAnswerARefusedFirstMessageAsAnyOther() {
        assertThat(receive("a.9.fail.1.0")).isEqualTo(FastOutcome.STORE);
        said.take();
        assertThat(batches.refused(reply, false, said)).isTrue();
        assertThat(said.take()).isEmpty();
        assertThat(batches.size()).isZero();
    }

    @Test
    void shouldEndWithARefusedMessage() {
        FastBatch batch = store("a.9.fail.1.0");
        said.take();
        receive("a.9.fail.2.1");
        assertThat(batches.refused(reply, false, said)).isFalse();
        assertThat(said.take()).containsExactly("err 2");
        stored(batch, 1, 7);
        assertThat(said.take()).containsExactly("done a 7 1");
    }

    @Test
    void shouldGoOnBehindARefusedMessageIfGapsAreFine() {
        FastBatch batch = store("a.9.ok.1.0");
        stored(batch, 1, 7);
        said.take();
        receive("a.9.ok.2.1");
        assertThat(batches.refused(reply, false, said)).isFalse();
        receive("a.9.ok.3.2");
        assertThat(batches.refused(reply, false, said)).isFalse();
        assertThat(said.take()).containsExactly("err 2", "err 3", "done a 7 2");
    }

    @Test
    void shouldCountDuplicates() {
        FastBatch batch = store("a.2.fail.1.0");
        stored(batch, 1, 7);
        said.take();
        receive("a.2.fail.2.1");
        assertThat(batches.refused(reply, true, said)).isFalse();
        assertThat(said.take()).containsExactly("ack 2 2");
        receive("a.2.fail.3.2");
        assertThat(batches.refused(reply, true, said)).isFalse();
        assertThat(said.take()).containsExactly("done a 7 3");
    }

    @Test
    void shouldNotHaveMoreThanItMay() {
        store("a.2.fail.1.0");
        store("b.2.fail.1.0");
        store("c.2.fail.1.0");
        assertThat(receive("d.2.fail.1.0")).isEqualTo(FastOutcome.TOO_MANY);
        try (FastBatches other = new FastBatches(BOUNDS, open)) {
            assertThat(receive(other, "d.2.fail.1.0")).isEqualTo(FastOutcome.STORE);
            assertThat(receive(other, "e.2.fail.1.0")).isEqualTo(FastOutcome.TOO_MANY);
        }
        assertThat(receive("x".repeat(65) + ".2.fail.1.0")).isEqualTo(FastOutcome.BAD_ID);
        assertThat(receive("d.2.fail.2.1")).isEqualTo(FastOutcome.UNKNOWN);
    }

    @Test
    void shouldGiveUpABatchWhoseNextMessageDoesNotCome() {
        FastBatch batch = store("a.2.fail.1.0");
        said.take();
        assertThat(batches.nextExpiryNs()).isEqualTo(1000);
        nowNs = 1000;
        assertThat(receive("a.2.fail.2.1")).isEqualTo(FastOutcome.UNKNOWN);
        stored(batch, 1, 7);
        assertThat(said.take()).isEmpty();
        assertThat(batches.nextExpiryNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldGiveUpABatchThatNeedsANewerServer() {
        String block = "NATS/1.0\r\nNats-Required-Api-Level: 6\r\n\r\n";
        headers.read(text.region(), text.put(block), block.length());
        assertThat(receive("a.2.fail.1.0")).isEqualTo(FastOutcome.UNSUPPORTED);
        assertThat(batches.size()).isZero();
    }
}
