package io.millrace.broker.ring;

import io.millrace.bench.Routed;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.FrameBlock;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Handing one (empty) stretch to the router and having it consumed, without and with a thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingHandoverBenchmark {
    /** The I/O loop consumes what it has published. */
    @State(Scope.Thread)
    public static class Inline {
        private final Routed routed = new Routed(0, "");
        private final FrameBlock frames = new FrameBlock(1);
        private RoutingRing ring;
        private RouterProxy proxy;

        @Setup
        public void setUp() {
            ring =
                    new RoutingRing(
                            routed.router(), () -> {}, () -> {}, ServerLog.discarding(), latency());
            proxy = new RouterProxy(ring, Integer.MAX_VALUE);
        }

        @TearDown
        public void tearDown() {
            frames.free();
            routed.close();
        }
    }

    /** A thread of its own consumes, and sleeps when there is nothing to consume. */
    @State(Scope.Thread)
    public static class Dedicated {
        private final Routed routed = new Routed(0, "");
        private final FrameBlock frames = new FrameBlock(1);
        private RoutingThread thread;
        private RouterProxy proxy;

        @Setup
        public void setUp() {
            thread = new RoutingThread("bench-router", 2, routed::close);
            RoutingRing ring =
                    new RoutingRing(
                            routed.router(),
                            thread::wakeUp,
                            () -> {},
                            ServerLog.discarding(),
                            latency());
            proxy = new RouterProxy(ring, 0);
            thread.start(ring);
        }

        @TearDown
        public void tearDown() throws InterruptedException {
            thread.stop(Duration.ofSeconds(5));
            frames.free();
        }
    }

    private static StageRecorder latency() {
        return new StageRecorder(Stage.READ_TO_ROUTE, Stage.ROUTE_TO_FLUSH);
    }

    @Benchmark
    public long inline(Inline state) {
        long sequence = state.proxy.frames(state.routed.publisher(), state.frames, 0);
        if (!state.proxy.isConsumed(sequence)) {
            throw new IllegalStateException("not consumed");
        }
        return sequence;
    }

    @Benchmark
    public long dedicated(Dedicated state) {
        long sequence = state.proxy.frames(state.routed.publisher(), state.frames, 0);
        while (!state.proxy.isConsumed(sequence)) {
            Thread.yield();
        }
        return sequence;
    }
}
