package io.millrace.protocol;

import io.millrace.bench.Commands;

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

import java.util.concurrent.TimeUnit;

/** From bytes to frames: the time of one PUB in a stretch of them, its subject's hash included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class CommandParserBenchmark {
    @Param({"16", "128", "1024"})
    int size;

    private Commands commands;

    @Setup
    public void setUp() {
        commands = Commands.publishing("orders.new.%d", size);
    }

    @Benchmark
    public FrameBlock parse() {
        FrameBlock frames = commands.parse();
        if (frames.count() != Commands.COUNT) {
            throw new IllegalStateException("frames: " + frames.count());
        }
        return frames;
    }

    @TearDown
    public void tearDown() {
        commands.close();
    }
}
