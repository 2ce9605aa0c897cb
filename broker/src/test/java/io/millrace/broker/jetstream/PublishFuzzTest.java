package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever a message's headers say, a stream that allows all of it keeps the message, whole and in
 * its place, or says why not; and what is due later comes to pass.
 *
 * <p>An input is messages with a zero byte between them, each all lines behind {@code NATS/1.0}.
 * {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class PublishFuzzTest {
    private static final int MOST_MESSAGES = 8;
    private static final int MOST_BYTES = 4096;
    private static final int STREAM_BYTES = 128 << 10;
    private static final int MOST_POLLS = 50;
    private static final long START_NS = 1_700_000_000_000_000_000L;
    private static final long YEAR_NS = 365L * 24 * 3600 * 1_000_000_000;

    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void shouldObeyOrRefuseAnyHeaders(byte[] input) {
        publish(
                input,
                new StreamDraft()
                        .allowRollup(true)
                        .allowMsgTtl(true)
                        .allowMsgSchedules(true)
                        .allowAtomic(true)
                        .allowBatched(true)
                        .allowDirect(true)
                        .duplicateWindowNs(120_000_000_000L));
        publish(input, new StreamDraft().allowMsgCounter(true));
        publish(input, new StreamDraft());
    }

    private static void publish(byte[] input, StreamDraft draft) {
        if (input.length > MOST_BYTES) {
            return;
        }
        long nowNs = START_NS;
        try (BareStream bare = new BareStream(Ledger.unbounded(), STREAM_BYTES, draft);
                Incoming incoming = new Incoming()) {
            for (byte[] lines : split(input)) {
                nowNs += 1_000_000;
                long last = bare.stream.messages().lastSequence();
                incoming.of(bytes("s.a"), headers(lines), bytes("payload"));
                check(bare, bare.stream.publish(incoming, nowNs), last);
            }
            long dueNs = bare.stream.poll(nowNs);
            for (int i = 0; i < MOST_POLLS && dueNs < nowNs + YEAR_NS; i++) {
                nowNs = Math.max(nowNs + 1, dueNs);
                dueNs = bare.stream.poll(nowNs);
            }
        }
    }

    private static void check(BareStream bare, Outcome outcome, long last) {
        switch (outcome.kind()) {
            case STORED -> {
                assertThat(outcome.sequence()).isEqualTo(last + 1);
                RecordView view = new RecordView();
                assertThat(bare.stream.messages().view(outcome.sequence(), view)).isTrue();
                if (outcome.counter().isEmpty()) {
                    byte[] kept = view.region().bytes(view.payloadOffset(), view.payloadLength());
                    assertThat(kept).isEqualTo(bytes("payload"));
                }
            }
            case REFUSED -> {
                assertThat(outcome.error().description()).isNotEmpty();
                assertThat(bare.stream.messages().lastSequence()).isEqualTo(last);
            }
            case DUPLICATE -> assertThat(outcome.sequence()).isBetween(1L, last);
            default -> assertThat(bare.stream.messages().lastSequence()).isEqualTo(last);
        }
    }

    private static List<byte[]> split(byte[] input) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= input.length && parts.size() < MOST_MESSAGES; at++) {
            if (at == input.length || input[at] == 0) {
                parts.add(Arrays.copyOfRange(input, from, at));
                from = at + 1;
            }
        }
        return parts;
    }

    private static byte[] headers(byte[] lines) {
        byte[] begin = bytes("NATS/1.0\r\n");
        byte[] all = Arrays.copyOf(begin, begin.length + lines.length + 2);
        System.arraycopy(lines, 0, all, begin.length, lines.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
