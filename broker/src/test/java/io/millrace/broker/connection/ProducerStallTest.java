package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.PendingBound;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Who is told when a producer isn't held back any more; the test is the loop's clock. */
class ProducerStallTest {
    private static final PendingBound BOUND = new PendingBound(1_000_000);

    private final ServerLog log = ServerLog.discarding();
    private final RouterFixture fixture = new RouterFixture(log);
    private final Client client = fixture.client(new RouterFixture.CountingPeer());
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router, () -> {}, () -> {}, log, new StageRecorder(Stage.values()));
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final IoLoop loop =
            new IoLoop(
                    channel.eventLoop(),
                    new RouterProxy(ring, Integer.MAX_VALUE),
                    1,
                    new StageRecorder(Stage.values()));
    private final ProducerStall stall = new ProducerStall(loop, pauses());
    private final List<String> told = new ArrayList<>();

    private Pauses pauses() {
        ConnectionLimits limits = new ConnectionLimits(4096, 1024, true, 1, 1, 1, 1, "1ns", false);
        return new Pauses(
                channel,
                new KeepAlive(
                        loop, client.peer(), limits, false, PingPolicy.CLIENT, System.nanoTime()));
    }

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.close();
        loop.close();
        fixture.close();
    }

    /** The queue is empty, so the next look finds that it is over. */
    private void look() {
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void shouldTellOnceWhenItIsOver() {
        assertThat(stall.begin(client.peer().outbound, BOUND)).isTrue();
        stall.whenOver(() -> told.add("first"));
        assertThat(stall.begin(client.peer().outbound, BOUND)).isFalse();
        assertThat(told).isEmpty();
        look();
        assertThat(told).containsExactly("first");
        look();
        assertThat(stall.begin(client.peer().outbound, BOUND)).isTrue();
        look();
        assertThat(told).as("nobody is to be told of the second").containsExactly("first");
    }

    @Test
    void shouldTellAtOnceWhenItIsOverBefore() {
        assertThat(stall.begin(client.peer().outbound, BOUND)).isTrue();
        look();
        stall.whenOver(() -> told.add("late"));
        assertThat(told).containsExactly("late");
        look();
        assertThat(told).containsExactly("late");
    }
}
