package io.millrace.protocol;

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

/** One message's mapping: its tokens, the choice of a destination, the subject made. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubjectTransformBenchmark {
    private static final int ROOM = 256;
    private static final byte[] SUBJECT = "orders.eu-west.42".getBytes(StandardCharsets.US_ASCII);

    @Param({
        "sales.all",
        "sales.$2.$1",
        "sales.{{partition(10,1,2)}}.$2",
        "sales.{{split(1,-)}}.{{sliceFromLeft(1,2)}}.{{random(100)}}"
    })
    String destination;

    private final NativeBlock memory = NativeBlock.allocate(ROOM + SUBJECT.length);
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();
    private final SplittableRandom random = new SplittableRandom(1);
    private Region region;
    private SubjectMapping mapping;
    private WeightedDestinations destinations;

    @Setup
    public void setUp() throws BadTransformException {
        region = memory.region();
        region.put(ROOM, SUBJECT);
        mapping = SubjectMapping.of("orders.*.*", List.of(new MapDest(destination, 50)));
        destinations = mapping.destinations("");
    }

    @Benchmark
    public int map() {
        if (!mapping.matches(tokens.of(region, ROOM, SUBJECT.length))) {
            throw new IllegalStateException("no match");
        }
        SubjectTransform transform = destinations.choose(random);
        int length = transform.apply(tokens, writer.into(region, 0, ROOM), random);
        if (length <= 0) {
            throw new IllegalStateException("length: " + length);
        }
        return length;
    }

    @TearDown
    public void tearDown() {
        memory.close();
    }
}
