package io.millrace.broker.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.QueuePick;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.RouterLimits;
import io.millrace.protocol.ServerInfo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The hand-over to the router: nothing is lost, nothing done twice, nobody sleeps too long. */
@Timeout(60)
class RoutingRingTest {
    private final List<String> log = new CopyOnWriteArrayList<>();

    private RoutingRing ring(Runnable wakeUp) {
        Router router =
                new Router(
                        new RouterLimits(-1, 0, 0, 1 << 20, 2, true),
                        new ServerInfo(
                                "N", "n", "0", "0", "java", "::", 0, 1, false, false, List.of(),
                                false),
                        new ChunkPool(),
                        new QueuePick(1),
                        ServerLog.discarding(),
                        0,
                        false);
        return new RoutingRing(
                router,
                wakeUp,
                ServerLog.to((level, text) -> log.add(text), false, false),
                new StageRecorder(Stage.READ_TO_ROUTE, Stage.ROUTE_TO_FLUSH));
    }

    @Test
    void shouldKeepTheOrderOfCommandsThatDidNotFit() {
        RoutingRing ring = ring(() -> {});
        RouterProxy proxy = new RouterProxy(ring, false);
        List<Integer> done = new ArrayList<>();
        int commands = 5_000;
        for (int i = 0; i < commands; i++) {
            int number = i;
            proxy.command(router -> done.add(number));
        }
        assertThat(proxy.isFull()).isTrue();
        assertThat(ring.offer(router -> done.add(-1))).isFalse();
        int rounds = 0;
        while (!proxy.retry()) {
            ring.drain();
            rounds++;
        }
        ring.drain();
        assertThat(rounds).isGreaterThan(1);
        assertThat(done).hasSize(commands).isSorted();
        assertThat(ring.isEmpty()).isTrue();
        assertThat(proxy.isFull()).isFalse();
    }

    @Test
    void shouldDoInOneDrainWhatCommandsCause() {
        RoutingRing ring = ring(() -> {});
        List<String> done = new ArrayList<>();
        ring.offer(
                router -> {
                    ring.offer(again -> done.add("caused"));
                    ring.drain();
                    done.add("first");
                });
        ring.drain();
        assertThat(done).containsExactly("first", "caused");
    }

    @Test
    void shouldOutliveADefectAndLogIt() {
        RoutingRing ring = ring(() -> {});
        List<String> done = new ArrayList<>();
        ring.offer(
                router -> {
                    throw new IllegalStateException("planted");
                });
        ring.offer(router -> done.add("next"));
        ring.drain();
        assertThat(done).containsExactly("next");
        assertThat(log)
                .singleElement()
                .asString()
                .startsWith("Routing failed: java.lang.IllegalStateException: planted")
                .contains("RoutingRingTest");
    }

    /** Each command is published only when the last was done, so the thread sleeps each time. */
    @Test
    void shouldLoseNoWakeUp() throws Exception {
        RoutingThread thread = new RoutingThread("test-router", 2, () -> {});
        RoutingRing ring = ring(thread::wakeUp);
        thread.start(ring);
        AtomicLong done = new AtomicLong();
        for (int i = 1; i <= 30_000; i++) {
            ring.put(router -> done.incrementAndGet());
            if (i % 3 != 0) {
                while (done.get() < i) {
                    Thread.onSpinWait();
                }
            }
        }
        while (done.get() < 30_000) {
            Thread.onSpinWait();
        }
        thread.stop();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void shouldDoEachCommandOnceInTheOrderOfItsProducer(int cores) throws Exception {
        int producers = 4;
        int each = 50_000;
        CountDownLatch ended = new CountDownLatch(1);
        RoutingThread thread = new RoutingThread("test-router", cores, ended::countDown);
        RoutingRing ring = ring(thread::wakeUp);
        thread.start(ring);
        int[] next = new int[producers];
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < each; i++) {
                                            int number = i;
                                            ring.put(
                                                    router -> {
                                                        if (next[producer]++ != number) {
                                                            wrong.incrementAndGet();
                                                        }
                                                    });
                                        }
                                    }));
        }
        for (Thread producer : threads) {
            producer.join();
        }
        thread.stop();
        ended.await();
        assertThat(wrong).hasValue(0);
        assertThat(next).containsOnly(each);
        assertThat(log).isEmpty();
    }
}
