package io.millrace.broker.routing;

import io.millrace.bench.Commands;
import io.millrace.bench.Routed;
import io.millrace.broker.routing.account.Permissions;

import org.jspecify.annotations.Nullable;
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
 * The way of a message without sockets: parsed, matched, appended to the queue of each subscriber,
 * flushed once for the stretch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class RouterBenchmark {
    @Param({"16", "128", "1024"})
    int size;

    @Param({"0", "1", "4"})
    int subscribers;

    private Routed routed;
    private Commands commands;

    @Setup
    public void setUp() {
        commands = Commands.publishing("orders.new", size);
        routed = new Routed(subscribers, "SUB orders.* 1\r\n", permissions());
    }

    /** What publisher and subscribers may do; null for everything. */
    @Nullable Permissions permissions() {
        return null;
    }

    @Benchmark
    public long publish() {
        long before = routed.bytes();
        routed.router().onFrames(routed.publisher(), commands.parse(), 1);
        routed.router().flush(0);
        long after = routed.bytes();
        if ((after - before > 0) != (subscribers > 0)) {
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
