package io.millrace.broker.store;

import io.millrace.protocol.Checksum;
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

import java.util.concurrent.TimeUnit;

/** Writing a record's fields with its seal, and reading them with a look at the seal. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final int SUBJECT_BYTES = 10;
    private static final long PLACE = 0x1234_5678_9ABCL;

    @Param({"128", "1024"})
    int size;

    private final NativeBlock block = NativeBlock.allocate(4096);
    private final Region region = block.region();
    private final Checksum checksum = new Checksum(region);
    private final RecordWriter writer = new RecordWriter();
    private final RecordView view = new RecordView();

    @Setup
    public void setUp() {
        region.put(0, new byte[region.length()]);
        encode();
    }

    @Benchmark
    public int encode() {
        writer.begin(region, 0, RecordKind.MESSAGE, 0, 1, 42, 43, SUBJECT_BYTES, 0, size);
        writer.end(checksum, PLACE);
        return writer.length();
    }

    @Benchmark
    public long decode() {
        if (!view.moveTo(region, 0, region.length()) || !view.isWhole(checksum, PLACE)) {
            throw new IllegalStateException("damaged");
        }
        return view.sequence() + view.payloadLength();
    }

    @TearDown
    public void tearDown() {
        block.close();
    }
}
