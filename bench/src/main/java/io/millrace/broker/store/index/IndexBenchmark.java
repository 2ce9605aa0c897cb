package io.millrace.broker.store.index;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** What a stream's index costs a message: five for each subject, in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IndexBenchmark {
    private static final int STRIDE = 32;
    private static final int VERSIONS = 5;
    private static final int LEAST_MESSAGES = 100_000;
    private static final int BYTES = 168;

    @Param({"1", "1000", "1000000"})
    int subjects;

    private StreamIndex index;
    private MatchedSubjects match;
    private NativeBlock memory;
    private Region texts;
    private int[] lengths;
    private SplittableRandom random;
    private long at;
    private long log;

    @Setup
    public void setUp() {
        index = new StreamIndex(new Debtor(Ledger.unbounded()));
        memory = NativeBlock.allocate(subjects * STRIDE);
        texts = memory.region();
        lengths = new int[subjects];
        random = new SplittableRandom(1);
        for (int i = 0; i < subjects; i++) {
            byte[] subject = ("orders.eu.shop" + i).getBytes(StandardCharsets.US_ASCII);
            texts.put(i * STRIDE, subject);
            lengths[i] = subject.length;
        }
        for (int i = Math.max(LEAST_MESSAGES, VERSIONS * subjects); i > 0; i--) {
            append();
        }
        match = index.match(List.of("orders.*.shop0", "orders.us.*"));
        at = 0;
    }

    private long append() {
        int subject = random.nextInt(subjects);
        int number = index.intern(texts, subject * STRIDE, lengths[subject]);
        long sequence = index.highest() + 1;
        index.add(sequence, number, log, BYTES);
        log += BYTES;
        return sequence;
    }

    /** A new message, and the oldest goes: the stream is as large as before. */
    @Benchmark
    public long addAndRemoveFirst() {
        long sequence = append();
        index.remove(index.first());
        return sequence;
    }

    /** A new message, and its subject's oldest goes. */
    @Benchmark
    public long addAndRemoveFirstOfSubject() {
        long sequence = append();
        index.remove(index.firstOf(index.subject(sequence)));
        return sequence;
    }

    @Benchmark
    public long lookUpAnywhere() {
        long first = index.first();
        long sequence = index.next(first + random.nextLong(index.last() - first + 1));
        return index.location(sequence) + index.size(sequence) + index.subject(sequence);
    }

    @Benchmark
    public long lookUpInOrder() {
        long sequence = index.next(at + 1);
        at = sequence == 0 ? index.first() : sequence;
        return index.location(at) + index.size(at);
    }

    @Benchmark
    public long nextOnSubject() {
        int subject = index.subject(at == 0 ? index.first() : at);
        long next = index.nextOf(subject, at);
        at = next == 0 ? index.next(1 + random.nextLong(index.last())) : next;
        return at;
    }

    /** Up to four chunks of 256 messages, of which hardly one matches. */
    @Benchmark
    public long nextMatching() {
        long found = index.nextMatching(match, at + 1, 4);
        at = found < 0 ? -found - 1 : found;
        return found;
    }

    @TearDown
    public void tearDown() {
        if (index.messages() < LEAST_MESSAGES || index.subjects() > subjects) {
            throw new IllegalStateException("lost messages: " + index.messages());
        }
        index.close();
        memory.close();
    }
}
