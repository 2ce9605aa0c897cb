package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.publish.Counter;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counters (ADR-49) at the end of what they can count. */
class CounterStreamTest {
    private static final String MOST = "9".repeat(Counter.MAX_DIGITS);

    private final BareStream bare =
            new BareStream(Ledger.unbounded(), 256 * 1024, new StreamDraft().allowMsgCounter(true));

    @AfterEach
    void close() {
        bare.close();
    }

    private Outcome add(String number) {
        return bare.publish("s.a", "Nats-Incr: " + number + "\r\n", "", 1);
    }

    @Test
    void shouldRefuseWhatWouldMakeACounterUnreadable() {
        assertThat(add(MOST).counter()).isEqualTo(MOST);
        assertThat(add("1").error()).isEqualTo(ApiErrors.MESSAGE_INCR_INVALID.error());
        assertThat(add("-9").counter()).endsWith("90").hasSize(Counter.MAX_DIGITS);
        assertThat(add("-" + MOST).counter()).isEqualTo("-9");
        assertThat(add("-" + MOST).error()).isEqualTo(ApiErrors.MESSAGE_INCR_INVALID.error());
        assertThat(add("10").counter()).isEqualTo("1");
    }
}
