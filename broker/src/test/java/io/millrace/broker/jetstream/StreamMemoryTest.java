package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a stream knows of its messages is bounded: who publishes is refused, and nobody pays. */
class StreamMemoryTest {
    private static final int BOUND = 16 * 1024 * 1024;
    private static final long SECOND_NS = 1_000_000_000;

    private final Ledger ledger = new Ledger(new MemoryBounds(0, BOUND));
    private final Incoming incoming = new Incoming();
    private final ListRecords records = new ListRecords(2 * BOUND);
    private final Stream stream =
            new Stream(
                    new StreamParts(
                            1,
                            records,
                            MessageSize.FILE,
                            new AnyQuota(),
                            (subject, headers, payload) -> {},
                            due -> {},
                            new Debtor(ledger)),
                    new StreamDraft()
                            .name("S")
                            .subjects(List.of("s.>"))
                            .maxMsgs(-1)
                            .maxBytes(-1)
                            .maxMsgsPerSubject(-1)
                            .maxMsgSize(-1)
                            .allowMsgTtl(true)
                            .duplicateWindowNs(100 * SECOND_NS)
                            .config(),
                    0);

    @AfterEach
    void close() {
        incoming.close();
        stream.close();
        records.close();
        assertThat(ledger.bytes(Debt.STORE)).isZero();
    }

    private Outcome publish(int number, long nowNs) {
        String headers = "NATS/1.0\r\nNats-Msg-Id: id%d\r\nNats-TTL: 1h\r\n\r\n".formatted(number);
        incoming.of(bytes("s." + "x".repeat(100) + number), bytes(headers), bytes("p"));
        return stream.publish(incoming, nowNs);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
            assertThat(stream.messages().count()).isPositive();
        }
        assertThat(stream.messages().count()).isZero();
        assertThat(publish(0, laterNs).kind()).isEqualTo(Outcome.Kind.STORED);
    }
}
