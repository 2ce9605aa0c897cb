package io.millrace.broker.routing;

import io.millrace.bench.Commands;
import io.millrace.bench.Routed;

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

/**
 * The same to ten subscribers, for messages whose subject changes after so many of them: those in
 * between are matched once and spread at once. The time is for a message, and for all its copies.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class FanOutBenchmark {
    private static final int SUBSCRIBERS = 10;

    @Param({"128"})
    int size;

    /** Messages in a row on one subject. */
    @Param({"1", "4", "16"})
    int run;

    /** Whether each subscriber has another sid. */
    @Param({"false", "true"})
    boolean ownSids;

    private Routed routed;
    private Commands commands;

    @Setup
    public void setUp() {
        commands = Commands.publishing(i -> i / run % 2 == 0 ? "orders.new" : "orders.old", size);
        routed = new Routed(SUBSCRIBERS, i -> "SUB orders.* " + (ownSids ? i : 1) + "\r\n");
    }

    @Benchmark
    public long spread() {
        long before = routed.bytes();
        routed.router().onFrames(routed.publisher(), commands.parse(), 1);
        routed.router().flush(0);
        long after = routed.bytes();
        if (after - before <= (long) SUBSCRIBERS * Commands.COUNT * size) {
            throw new IllegalStateException("bytes: " + (after - before));
        }
        return after;
    }

    @TearDown
    public void tearDown() {
        commands.close();
        routed.close();
    }
}
