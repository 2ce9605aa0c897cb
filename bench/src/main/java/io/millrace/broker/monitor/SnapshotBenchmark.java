package io.millrace.broker.monitor;

import io.millrace.bench.Routed;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.SubscriptionWalk;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * For how long monitoring occupies the routing thread: each of these is one command, the longest
 * that its kind of snapshot needs. The high percentiles are what counts, but for the few samples
 * that a collection of garbage fell into; {@code -bm ss -wi 0} shows the steps of a JVM that has
 * never run them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SnapshotBenchmark {
    private static final int SUBSCRIBERS = 10_000;

    /** Characters of each client's subject; the control line takes 4096. */
    @Param({"16", "4000"})
    int subject;

    private Routed routed;
    private Moment now;
    private long after = Long.MIN_VALUE;
    private int seen;
    private SubscriptionWalk walk;
    private int walked;

    @Setup
    public void setUp() {
        routed = new Routed(SUBSCRIBERS, "SUB " + "s".repeat(subject) + " 1\r\n");
        now = Moment.now();
        begin();
    }

    private void begin() {
        walk = SubscriptionWalk.ofAll();
        walked = 0;
    }

    /** {@code /varz}. */
    @Benchmark
    public ServerSnapshot server() {
        ServerSnapshot snapshot = Inspection.server(routed.router());
        if (snapshot.sublist().subscriptions() != SUBSCRIBERS) {
            throw new IllegalStateException("subscriptions: " + snapshot);
        }
        return snapshot;
    }

    /** {@code /connz} and {@code /accstatz}: some of the clients, the next ones each time. */
    @Benchmark
    public List<ClientSnapshot> clients() {
        Inspection.Open some =
                Inspection.clients(
                        routed.router(), after, "", Snapshots.CLIENTS, Snapshots.VISITS, now);
        seen += some.clients().size();
        after = some.next();
        if (after == Inspection.Open.END) {
            if (seen != SUBSCRIBERS + 1) {
                throw new IllegalStateException("clients: " + seen);
            }
            after = Long.MIN_VALUE;
            seen = 0;
        }
        return some.clients();
    }

    /** {@code /subsz} and {@code /connz?subs=1}: some of the subscriptions. */
    @Benchmark
    public List<SubscriptionSnapshot> subscriptions() {
        List<SubscriptionSnapshot> some = walk.next(routed.router(), Snapshots.STEPS);
        walked += some.size();
        if (walk.isDone()) {
            if (walked != SUBSCRIBERS) {
                throw new IllegalStateException("subscriptions: " + walked);
            }
            begin();
        }
        return some;
    }

    @TearDown
    public void tearDown() {
        routed.close();
    }
}
