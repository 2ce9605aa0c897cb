package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream knows of its messages is bounded: who publishes is refused, and nobody pays. */
class StreamMemoryTest {
    private static final int BOUND = 16 * 1024 * 1024;
    private static final long SECOND_NS = 1_000_000_000;

    private final Ledger ledger = new Ledger(new MemoryBounds(0, BOUND));
    private final BareStream bare =
            new BareStream(
                    ledger,
                    2 * BOUND,
                    new StreamDraft().allowMsgTtl(true).duplicateWindowNs(100 * SECOND_NS));
    private final Stream stream = bare.stream;

    @AfterEach
    void close() {
        bare.close();
        assertThat(ledger.bytes(Debt.STORE)).isZero();
    }

    private Outcome publish(int number, long nowNs) {
        return bare.publish(
                "s." + "x".repeat(100) + number,
                "Nats-Msg-Id: id%d\r\nNats-TTL: 1h\r\n".formatted(number),
                "p",
                nowNs);
    }

    private int publishUntilRefused() {
        int number = 0;
        Outcome outcome = publish(number, SECOND_NS);
        while (outcome.kind() == Outcome.Kind.STORED) {
            number++;
            outcome = publish(number, SECOND_NS);
        }
        assertThat(outcome.error()).isEqualTo(ApiErrors.INSUFFICIENT_RESOURCES.error());
        return number;
    }

    @Test
    void shouldRefuseMessagesWhenThereIsNoMemoryForWhatIsKnownOfThem() {
        int stored = publishUntilRefused();
        assertThat(stored).isGreaterThan(20_000);
        assertThat(ledger.bytes(Debt.STORE)).isBetween(BOUND / 2L, BOUND / 8L * 7);
        assertThat(stream.messages().count()).isEqualTo(stored);
        // Of those that were taken nothing is forgotten.
        assertThat(publish(stored - 1, SECOND_NS).kind()).isEqualTo(Outcome.Kind.DUPLICATE);
        long laterNs = 3_603 * SECOND_NS;
        while (stream.poll(laterNs) <= laterNs) {
            assertThat(stream.messages().count()).isNotNegative();
        }
        assertThat(stream.messages().count()).isZero();
        assertThat(publish(0, laterNs).kind()).isEqualTo(Outcome.Kind.STORED);
    }

    @Test
    void shouldForgetIdsThoughNoMessageComesAnyMore() {
        bare.alarmNs = Long.MAX_VALUE;
        for (int i = 0; i < 5_000; i++) {
            publish(i, SECOND_NS);
        }
        assertThat(bare.alarmNs).isLessThanOrEqualTo(101 * SECOND_NS);
        long before = ledger.bytes(Debt.STORE);
        long nowNs = 102 * SECOND_NS;
        while (stream.poll(nowNs) <= nowNs) {
            assertThat(stream.messages().count()).isEqualTo(5_000);
        }
        assertThat(ledger.bytes(Debt.STORE)).isLessThan(before - 5_000 * 40L);
    }
}
