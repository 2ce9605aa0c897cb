package io.millrace.broker.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.trace.TraceStep;
import io.millrace.broker.routing.trace.TracedMessage;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What waits to be told of traced messages is bounded. */
class TracedMessagesTest {
    private static final int BYTES = 1024 * 1024;
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private final Ledger ledger = new Ledger(MemoryBounds.NONE);
    private final TracedMessages waiting =
            new TracedMessages(
                    ledger, ServerLog.to((level, text) -> lines.add(text), false, false));

    private static TracedMessage message(String destination) {
        return new TracedMessage(
                "A",
                destination,
                "",
                new TreeMap<>(),
                0,
                0,
                new TraceStep.In(Instant.EPOCH, 0, 1, "", "A", "s", ""),
                List.of(),
                0,
                BYTES);
    }

    @Test
    void shouldDropWhatThereIsNoRoomForAndSayHowMuch() {
        long room = TracedMessages.MAX_BYTES / BYTES;
        for (int i = 0; i < room + 3; i++) {
            waiting.traced(message("d" + i));
        }
        assertThat(ledger.bytes(Debt.MONITORING)).isEqualTo(TracedMessages.MAX_BYTES);
        waiting.sayDropped(0);
        waiting.traced(message("more"));
        waiting.sayDropped(SECOND_NS / 2);
        assertThat(lines)
                .containsExactly(
                        "Message traces come faster than they can be published: 3 were dropped");
        waiting.sayDropped(SECOND_NS);
        assertThat(lines).hasSize(2).last().asString().endsWith(": 1 were dropped");
        for (int i = 0; i < room; i++) {
            TracedMessage first = waiting.first();
            assertThat(first).isNotNull();
            assertThat(first.destination()).isEqualTo("d" + i);
            waiting.removeFirst();
        }
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(ledger.bytes(Debt.MONITORING)).isZero();
        waiting.traced(message("next"));
        assertThat(waiting.isEmpty()).isFalse();
    }
}
