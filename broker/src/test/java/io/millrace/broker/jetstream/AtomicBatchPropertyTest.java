package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.batch.AtomicBatches;
import io.millrace.broker.jetstream.batch.AtomicOutcome;
import io.millrace.broker.jetstream.batch.BatchBounds;
import io.millrace.broker.jetstream.batch.BatchMessage;
import io.millrace.broker.jetstream.batch.OpenBatches;
import io.millrace.broker.jetstream.batch.StagedBatch;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.MessageSize;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.jetstream.stream.StreamParts;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.block.MemoryBlocks;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Atomic batches that a seed says, held against {@link NaiveBatches}: the same answer, and all or
 * nothing. {@code -Dmillrace.batches=N} runs N seeds.
 */
class AtomicBatchPropertyTest {
    private static final int SEEDS = Integer.getInteger("millrace.batches", 3000);
    private static final int BATCHES = 8;
    private static final long NOW_NS = 1_700_000_000_000_000_000L;
    private static final BatchBounds BOUNDS = new BatchBounds(1, 100, 1_000_000, Long.MAX_VALUE);

    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final Incoming incoming = new Incoming();
    private final BatchMessage place = new BatchMessage();
    private final PublishHeaders headers = new PublishHeaders();

    @Test
    void shouldTakeAllOfABatchOrNothingAsANaiveStreamDoes() {
        int[] answers = new int[2];
        for (long seed = 1; seed <= SEEDS; seed++) {
            run(seed, answers);
        }
        incoming.close();
        // Both happen often, or nothing was seen.
        assertThat(answers[0]).isGreaterThan(SEEDS);
        assertThat(answers[1]).isGreaterThan(SEEDS);
    }

    private void run(long seed, int[] answers) {
        Random random = new Random(seed);
        StreamConfig config = config(random);
        NaiveBatches naive = new NaiveBatches(config);
        try (MemoryBlocks blocks = new MemoryBlocks(1, debtor);
                Stream stream = stream(config, blocks)) {
            for (int i = 0; i < BATCHES; i++) {
                List<NaiveBatches.Part> batch = batch(random, config);
                int wrong = naive.publish(batch);
                answers[wrong == 0 ? 0 : 1]++;
                assertThat(publish(stream, batch)).as("seed %d, %s", seed, batch).isEqualTo(wrong);
                assertThat(text(stream)).as("seed %d, %s", seed, batch).isEqualTo(naive.text());
            }
        }
    }

    private Stream stream(StreamConfig config, MemoryBlocks blocks) {
        StreamParts parts =
                new StreamParts(
                        1,
                        new MemoryRecords(blocks),
                        MessageSize.MEMORY,
                        new AnyQuota(),
                        (subject, block, payload) -> {},
                        due -> {},
                        debtor);
        return new Stream(parts, config, NOW_NS);
    }

    private static StreamConfig config(Random random) {
        boolean isNew = random.nextBoolean();
        boolean perSubject = random.nextInt(3) == 0;
        return new StreamDraft()
                .name("S")
                .subjects(List.of("s.>"))
                .storage(Storage.MEMORY)
                .discard(isNew ? Discard.NEW : Discard.OLD)
                .maxMsgs(random.nextInt(3) == 0 ? 1 + random.nextInt(20) : -1)
                .maxBytes(random.nextInt(4) == 0 ? 500 + random.nextInt(2_000) : -1)
                .maxMsgsPerSubject(perSubject ? 1 + random.nextInt(4) : -1)
                .discardNewPerSubject(isNew && perSubject && random.nextBoolean())
                .maxMsgSize(-1)
                .allowRollup(random.nextInt(4) > 0)
                .allowMsgCounter(random.nextInt(4) == 0)
                .duplicateWindowNs(120_000_000_000L)
                .config();
    }

    private static List<NaiveBatches.Part> batch(Random random, StreamConfig config) {
        int count = 1 + random.nextInt(6);
        List<NaiveBatches.Part> batch = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            batch.add(part(random, config, i, i == count));
        }
        return batch;
    }

    private static NaiveBatches.Part part(
            Random random, StreamConfig config, int number, boolean last) {
        boolean counts = config.allowMsgCounter() == random.nextInt(20) > 0;
        String id = random.nextInt(6) == 0 ? "id" + random.nextInt(60) : "";
        long expectedLast = random.nextInt(16) == 0 ? random.nextInt(12) : -1;
        long expectedOnSubject = random.nextInt(12) == 0 ? random.nextInt(6) : -1;
        String[] rollups = {"sub", "all"};
        String rollup = random.nextInt(12) == 0 ? rollups[random.nextInt(2)] : "";
        String increment = counts ? Integer.toString(random.nextInt(20) - 10) : "";
        StringBuilder block = new StringBuilder("NATS/1.0\r\nNats-Batch-Id: b\r\n");
        add(block, "Nats-Batch-Sequence", Integer.toString(number));
        add(block, "Nats-Batch-Commit", last ? "1" : "");
        add(block, "Nats-Msg-Id", id);
        add(block, "Nats-Expected-Last-Sequence", number(expectedLast));
        add(block, "Nats-Expected-Last-Subject-Sequence", number(expectedOnSubject));
        add(block, "Nats-Rollup", rollup);
        add(block, "Nats-Incr", increment);
        return new NaiveBatches.Part(
                "s." + random.nextInt(8),
                counts && random.nextInt(20) > 0 ? "" : "p" + random.nextInt(1_000),
                id,
                expectedLast,
                expectedOnSubject,
                rollup,
                increment,
                block.append("\r\n").toString());
    }

    private static String number(long number) {
        return number < 0 ? "" : Long.toString(number);
    }

    private static void add(StringBuilder block, String name, String value) {
        if (!value.isEmpty()) {
            block.append(name).append(": ").append(value).append("\r\n");
        }
    }

    private int publish(Stream stream, List<NaiveBatches.Part> batch) {
        try (AtomicBatches batches = new AtomicBatches(debtor, BOUNDS, new OpenBatches(1))) {
            for (NaiveBatches.Part each : batch) {
                AtomicOutcome expected =
                        each == batch.getLast() ? AtomicOutcome.COMPLETE : AtomicOutcome.STAGED;
                assertThat(stage(batches, each)).isEqualTo(expected);
            }
            try (StagedBatch complete = batches.takeComplete()) {
                Outcome outcome = stream.publish(complete, NOW_NS);
                return outcome.kind() == Outcome.Kind.STORED ? 0 : outcome.error().errCode();
            }
        }
    }

    private AtomicOutcome stage(AtomicBatches batches, NaiveBatches.Part part) {
        incoming.of(
                part.subject(),
                part.headers().getBytes(StandardCharsets.US_ASCII),
                part.payload().getBytes(StandardCharsets.US_ASCII));
        Bytes block = incoming.headers;
        headers.read(block.region(), block.offset(), block.length());
        set(place.subject(), incoming.subject);
        set(place.headers(), block);
        set(place.payload(), incoming.payload);
        return batches.receive(headers, 1, place, 0);
    }

    private static void set(BatchMessage.Part part, Bytes bytes) {
        part.set(bytes.region(), bytes.offset(), bytes.length());
    }

    private static String text(Stream stream) {
        StringBuilder text = new StringBuilder().append(stream.messages().lastSequence());
        RecordView view = new RecordView();
        for (long sequence = stream.messages().index().next(1);
                sequence != 0;
                sequence = stream.messages().index().next(sequence + 1)) {
            assertThat(stream.messages().view(sequence, view)).isTrue();
            text.append('\n')
                    .append(sequence)
                    .append(' ')
                    .append(text(view, view.subjectOffset(), view.subjectLength()))
                    .append(' ')
                    .append(text(view, view.payloadOffset(), view.payloadLength()));
        }
        return text.toString();
    }

    private static String text(RecordView view, int offset, int length) {
        return new String(view.region().bytes(offset, length), StandardCharsets.US_ASCII);
    }
}
