package io.millrace.broker.routing;

import io.millrace.bench.Commands;
import io.millrace.bench.Routed;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;

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
 * The way of a message between servers without sockets, on each of the two: from a client to the
 * queue of a route, and from a route to the queue of a subscriber.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class ForwardingBenchmark {
    @Param({"16", "128", "1024"})
    int size;

    /** Whether who wants the messages is a queue group. */
    @Param({"false", "true"})
    boolean group;

    private Routed near;
    private Commands published;
    private Routed far;
    private Commands forwarded;
    private Route route;

    @Setup
    public void setUp() {
        published = Commands.publishing("orders.new", size);
        near = new Routed(0, "");
        near.join("RS+ $G orders.*" + (group ? " workers 1" : "") + "\r\n");
        forwarded = Commands.routed("$G orders.new" + (group ? " | workers" : ""), size);
        far = new Routed(1, "SUB orders.*" + (group ? " workers" : "") + " 1\r\n");
        route = far.join("");
    }

    @Benchmark
    public long leave() {
        return pass(near, near.publisher(), published);
    }

    @Benchmark
    public long arrive() {
        return pass(far, route, forwarded);
    }

    private long pass(Routed routed, Sender source, Commands messages) {
        long before = routed.bytes();
        routed.router().onFrames(source, messages.parse(), 1);
        routed.router().flush(0);
        long after = routed.bytes();
        if (after - before <= (long) Commands.COUNT * size) {
            throw new IllegalStateException("bytes: " + (after - before));
        }
        return after;
    }

    @TearDown
    public void tearDown() {
        published.close();
        near.close();
        forwarded.close();
        far.close();
    }
}
