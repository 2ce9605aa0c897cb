package io.millrace.broker.store.log;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.protocol.NativeBlock;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Appending messages to the log, 500 a batch, on a disk that takes no time; and viewing them where
 * they lie, from the first to the last.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LogAppendBenchmark.BATCH)
public class LogAppendBenchmark {
    static final int BATCH = 500;

    private static final byte[] SUBJECT = {'o', 'r', 'd', 'e', 'r', 's', '.', 'n', 'e', 'w'};
    private static final int KEPT_BYTES = 16 << 20;

    @Param({"128", "1024"})
    int size;

    private final DiscardingDisk disk = new DiscardingDisk();
    private final RecordView view = new RecordView();
    private final long[] positions = new long[BATCH];
    private final NativeBlock payload = NativeBlock.allocate(64 << 10);
    private WriteAheadLog log;
    private long sequence;

    @Setup
    public void setUp() throws IOException {
        payload.region().put(0, new byte[64 << 10]);
        log =
                WriteAheadLog.open(
                        disk,
                        "log",
                        LogOptions.standard(() -> 0, new SplittableRandom(1))
                                .withSizes(8 << 20, 256 << 10, 16 << 20),
                        new HereErrands(),
                        new Debtor(Ledger.unbounded()),
                        0,
                        (position, record) -> {},
                        (from, to, why) -> {});
        append();
    }

    @Benchmark
    public long append() {
        for (int i = 0; i < BATCH; i++) {
            RecordWriter writer =
                    log.begin(
                            RecordKind.MESSAGE,
                            0,
                            1,
                            ++sequence,
                            sequence,
                            SUBJECT.length,
                            0,
                            size);
            if (writer == null) {
                throw new IllegalStateException("no room");
            }
            writer.region().put(writer.subjectOffset(), SUBJECT);
            payload.region().copy(0, writer.region(), writer.payloadOffset(), size);
            positions[i] = log.end();
        }
        log.commitHere();
        log.poll();
        log.release(log.durable() - KEPT_BYTES);
        if (log.durable() <= positions[BATCH - 1]) {
            throw new IllegalStateException("not durable");
        }
        return log.durable();
    }

    @Benchmark
    public long view() {
        long sum = 0;
        for (long each : positions) {
            if (!log.view(each, view) || view.payloadLength() != size) {
                throw new IllegalStateException("no record at " + each);
            }
            sum += view.sequence();
        }
        return sum;
    }

    @TearDown
    public void tearDown() throws IOException {
        log.close();
        disk.close();
        payload.close();
    }
}
