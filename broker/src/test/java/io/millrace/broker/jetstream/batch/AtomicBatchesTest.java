package io.millrace.broker.jetstream.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class AtomicBatchesTest {
    private static final int API_LEVEL = 5;
    private static final BatchBounds BOUNDS = new BatchBounds(2, 3, 1_000_000, 1000);

    private final Ledger ledger = new Ledger(new MemoryBounds(0, 1 << 20));
    private final OpenBatches open = new OpenBatches(3);
    private final AtomicBatches batches = new AtomicBatches(new Debtor(ledger), BOUNDS, open);
    private final List<String> abandoned = new ArrayList<>();
    private long nowNs;

    @AfterEach
    void shouldOweNothingInTheEnd() {
        batches.close();
        assertThat(ledger.bytes(Debt.STORE)).isZero();
        assertThat(open.count()).isZero();
    }

    /** A message that says {@code id sequence [commit [level]]}. */
    private AtomicOutcome receive(String says) {
        return receive(batches, says, "");
    }

    private AtomicOutcome receive(AtomicBatches to, String says, String payload) {
        to.expire(nowNs, (id, reason) -> abandoned.add(id + " " + reason));
        String[] fields = says.split(" ");
        StringBuilder headers =
                new StringBuilder("NATS/1.0\r\nNats-Batch-Id: " + fields[0] + "\r\n");
        String[] names = {"Nats-Batch-Sequence", "Nats-Batch-Commit", "Nats-Required-Api-Level"};
        for (int i = 1; i < fields.length; i++) {
            headers.append(names[i - 1]).append(": ").append(fields[i]).append("\r\n");
        }
        headers.append("\r\n");
        try (NativeText text = new NativeText()) {
            int headersAt = text.put(headers.toString());
            PublishHeaders read = new PublishHeaders();
            read.read(text.region(), headersAt, headers.length());
            BatchMessage message = new BatchMessage();
            message.subject().set(text.region(), text.put("orders"), "orders".length());
            message.headers().set(text.region(), headersAt, headers.length());
            message.payload()
                    .set(text.region(), text.put(payload + says), payload.length() + says.length());
            return to.receive(read, API_LEVEL, message, nowNs);
        }
    }

    private static List<String> payloads(StagedBatch batch) {
        List<String> payloads = new ArrayList<>();
        BatchMessage message = new BatchMessage();
        for (int i = 0; i < batch.count(); i++) {
            batch.read(i, message);
            assertThat(text(message.subject())).isEqualTo("orders");
            assertThat(text(message.headers())).startsWith("NATS/1.0\r\n").endsWith("\r\n\r\n");
            payloads.add(text(message.payload()));
        }
        return payloads;
    }

    private static String text(BatchMessage.Part part) {
        return new String(
                part.region().bytes(part.offset(), part.length()), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldKeepMessagesUntilTheLastOne() {
        assertThat(receive("a 1")).isEqualTo(AtomicOutcome.STAGED);
        assertThat(receive("b 1")).isEqualTo(AtomicOutcome.STAGED);
        assertThat(receive("a 2")).isEqualTo(AtomicOutcome.STAGED);
        assertThat(ledger.bytes(Debt.STORE)).isPositive();
        assertThat(receive("a 3 1")).isEqualTo(AtomicOutcome.COMPLETE);
        assertThat(batches.size()).isEqualTo(1);
        try (StagedBatch batch = batches.takeComplete()) {
            assertThat(batch.id()).isEqualTo("a");
            assertThat(batch.isEndMarked()).isFalse();
            assertThat(payloads(batch)).containsExactly("a 1", "a 2", "a 3 1");
            assertThat(open.count()).isEqualTo(2);
        }
        assertThat(open.count()).isEqualTo(1);
    }

    @Test
    void shouldCompleteABatchOfOneMessage() {
        assertThat(receive("a 1 1")).isEqualTo(AtomicOutcome.COMPLETE);
        batches.takeComplete().close();
    }

    @Test
    void shouldNotKeepTheMarkOfTheEnd() {
        receive("a 1");
        receive("a 2");
        receive("a 3");
        assertThat(receive("a 4 eob")).isEqualTo(AtomicOutcome.COMPLETE);
        try (StagedBatch batch = batches.takeComplete()) {
            assertThat(batch.isEndMarked()).isTrue();
            assertThat(payloads(batch)).containsExactly("a 1", "a 2", "a 3");
        }
    }

    @Test
    void shouldRefuseWhatIsNoBatch() {
        assertThat(receive("x".repeat(65) + " 1")).isEqualTo(AtomicOutcome.BAD_ID);
        assertThat(receive("a")).isEqualTo(AtomicOutcome.NO_SEQUENCE);
        assertThat(receive("a x")).isEqualTo(AtomicOutcome.NO_SEQUENCE);
        assertThat(receive("a 0")).isEqualTo(AtomicOutcome.UNKNOWN);
        assertThat(receive("a 2")).isEqualTo(AtomicOutcome.UNKNOWN);
        assertThat(receive("a 4")).isEqualTo(AtomicOutcome.UNKNOWN_AND_TOO_LARGE);
        assertThat(receive("a 4 eob")).isEqualTo(AtomicOutcome.UNKNOWN);
        assertThat(receive("a 1 eob")).isEqualTo(AtomicOutcome.INCOMPLETE);
        assertThat(batches.size()).isZero();
        assertThat(receive("x".repeat(64) + " 1")).isEqualTo(AtomicOutcome.STAGED);
    }

    @Test
    void shouldGiveUpABatchWithAGap() {
        receive("a 1");
        assertThat(receive("a 3")).isEqualTo(AtomicOutcome.INCOMPLETE);
        assertThat(AtomicOutcome.INCOMPLETE.errorCode()).isEqualTo(10176);
        assertThat(AtomicOutcome.INCOMPLETE.abandonReason()).isEqualTo("incomplete");
        assertThat(receive("a 2")).isEqualTo(AtomicOutcome.UNKNOWN);
        receive("a 1");
        assertThat(receive("a 1")).isEqualTo(AtomicOutcome.INCOMPLETE);
    }

    @Test
    void shouldGiveUpABatchThatIsTooLarge() {
        receive("a 1");
        receive("a 2");
        receive("a 3");
        assertThat(receive("a 4 1")).isEqualTo(AtomicOutcome.TOO_LARGE);
        assertThat(batches.size()).isZero();
    }

    @Test
    void shouldGiveUpABatchForABadCommit() {
        receive("a 1");
        assertThat(receive("a 2 0")).isEqualTo(AtomicOutcome.BAD_COMMIT);
        assertThat(receive("b 1 yes")).isEqualTo(AtomicOutcome.BAD_COMMIT);
        assertThat(batches.size()).isZero();
    }

    @Test
    void shouldGiveUpABatchThatNeedsANewerServer() {
        receive("a 1");
        assertThat(receive("a 2 1 6")).isEqualTo(AtomicOutcome.UNSUPPORTED);
        assertThat(receive("a 1 1 5")).isEqualTo(AtomicOutcome.COMPLETE);
        batches.takeComplete().close();
    }

    @Test
    void shouldNotHaveMoreThanTheStreamMay() {
        receive("a 1");
        receive("b 1");
        assertThat(receive("c 1")).isEqualTo(AtomicOutcome.TOO_MANY);
        assertThat(receive("b 2 1")).isEqualTo(AtomicOutcome.COMPLETE);
        batches.takeComplete().close();
        assertThat(receive("c 1")).isEqualTo(AtomicOutcome.STAGED);
    }

    @Test
    void shouldNotHaveMoreThanTheServerMay() {
        receive("a 1");
        receive("b 1");
        try (AtomicBatches other = new AtomicBatches(new Debtor(ledger), BOUNDS, open)) {
            assertThat(receive(other, "a 1", "")).isEqualTo(AtomicOutcome.STAGED);
            assertThat(receive(other, "b 1", "")).isEqualTo(AtomicOutcome.TOO_MANY);
        }
        assertThat(open.count()).isEqualTo(2);
    }

    @Test
    void shouldGiveUpABatchWhoseNextMessageDoesNotCome() {
        receive("a 1");
        nowNs = 500;
        receive("b 1");
        assertThat(batches.nextExpiryNs()).isEqualTo(1000);
        nowNs = 900;
        receive("a 2");
        nowNs = 1500;
        assertThat(receive("b 2")).isEqualTo(AtomicOutcome.UNKNOWN);
        assertThat(abandoned).containsExactly("b timeout");
        assertThat(receive("a 3")).isEqualTo(AtomicOutcome.STAGED);
        assertThat(batches.nextExpiryNs()).isEqualTo(1900);
    }

    @Test
    void shouldGiveUpABatchForWhichThereIsNoMemory() {
        String large = "x".repeat(600_000);
        assertThat(receive(batches, "a 1", large)).isEqualTo(AtomicOutcome.STAGED);
        assertThat(receive(batches, "a 2", large)).isEqualTo(AtomicOutcome.NO_MEMORY);
        assertThat(ledger.bytes(Debt.STORE)).isZero();
    }

    @Test
    void shouldBoundWhatWaitsInAStream() {
        batches.bound(new BatchBounds(2, 3, 10_000, 1000));
        String large = "x".repeat(4_000);
        assertThat(receive(batches, "a 1", large)).isEqualTo(AtomicOutcome.STAGED);
        assertThat(receive(batches, "b 1", large)).isEqualTo(AtomicOutcome.STAGED);
        assertThat(batches.bytes()).isBetween(8_000L, 10_000L);
        assertThat(receive(batches, "b 2", large)).isEqualTo(AtomicOutcome.NO_MEMORY);
        assertThat(batches.bytes()).isBetween(4_000L, 5_000L);
        assertThat(receive(batches, "a 2 1", large)).isEqualTo(AtomicOutcome.COMPLETE);
        batches.takeComplete().close();
        assertThat(batches.bytes()).isZero();
    }
}
