package io.millrace.broker.routing.cache;

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
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Finding the slot of a subject that was matched before; subjects in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubjectCacheBenchmark {
    private static final int CAPACITY = 256 * 1024;
    private static final int STRIDE = 32;
    private final Generations generations = new Generations(0, 1);

    @Param({"1", "1000", "100000"})
    int subjects;

    private SubjectCache cache;
    private NativeBlock memory;
    private Region bytes;
    private int[] lengths;
    private int[] order;
    private int next;
    private long found;
    private long looked;

    @Setup
    public void setUp() {
        cache = new SubjectCache(CAPACITY);
        memory = NativeBlock.allocate(subjects * STRIDE);
        bytes = memory.region();
        lengths = new int[subjects];
        SplittableRandom random = new SplittableRandom(1);
        order = random.ints(1 << 16, 0, subjects).toArray();
        for (int i = 0; i < subjects; i++) {
            byte[] subject = ("orders.eu.shop" + i).getBytes(StandardCharsets.US_ASCII);
            int offset = i * STRIDE;
            bytes.put(offset, subject);
            lengths[i] = subject.length;
            cache.fill(
                    generations, bytes, offset, subject.length, bytes.hash(offset, subject.length));
        }
    }

    @Benchmark
    public int find() {
        int subject = order[next++ & order.length - 1];
        int offset = subject * STRIDE;
        int length = lengths[subject];
        long hash = bytes.hash(offset, length);
        int slot = cache.find(generations, bytes, offset, length, hash);
        looked++;
        found += slot == SubjectCache.MISS ? 0 : 1;
        return slot;
    }

    @TearDown
    public void tearDown() {
        // Subjects may drive each other out of neighbouring slots, but rarely.
        if (found < looked * 0.95) {
            throw new IllegalStateException("found only " + found + " of " + looked);
        }
        cache.close();
        memory.close();
    }
}
