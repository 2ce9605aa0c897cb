package io.millrace.broker.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.FrameBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The ring and the I/O loop's way to it, drained by the test. */
class RoutingRingTest {
    private static final int ENTRIES = 1024;

    private final List<String> errors = new ArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> errors.add(text), false, false);
    private final RouterFixture fixture = new RouterFixture(log);
    private final RouterFixture.CountingPeer peer = new RouterFixture.CountingPeer();
    private final Client client = fixture.client(peer);
    private final FrameBlock noFrames = new FrameBlock(1);
    private int wakeUps;
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router,
                    () -> wakeUps++,
                    () -> wakeUps++,
                    log,
                    new StageRecorder(Stage.values()));
    private final List<Integer> ran = new ArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
        noFrames.free();
    }

    private RouterCommand command(int number) {
        return router -> ran.add(number);
    }

    /** Commands from 0 on. */
    private void fill() {
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(ring.offer(command(i))).isTrue();
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void shouldRefuseWhatFindsNoRoomAndLoseNothingElse() {
        fill();
        assertThat(ring.offer(command(-1))).isFalse();
        assertThat(ring.offer(client, noFrames, 0)).isEqualTo(RoutingRing.FULL);
        assertThat(ran).isEmpty();
        ring.drain();
        assertThat(ran).isEqualTo(numbers(ENTRIES));
        assertThat(ring.offer(client, noFrames, 0)).isNotNegative();
    }

    @Test
    void shouldWakeSomebodyForWhatIsPut() {
        ring.put(command(0));
        assertThat(wakeUps).isEqualTo(1);
        assertThat(ran).isEmpty();
    }

    @Test
    void shouldWakeSomebodyForWhatIsMoreThanTheCallerMayConsume() {
        for (int i = 0; i < 5; i++) {
            assertThat(ring.offer(command(i))).isTrue();
        }
        ring.consume(0);
        assertThat(ran).isEmpty();
        assertThat(wakeUps).isEqualTo(1);
        ring.consume(3);
        assertThat(ran).isEqualTo(numbers(3));
        assertThat(wakeUps).isEqualTo(2);
        ring.consume(2);
        assertThat(ran).isEqualTo(numbers(5));
        assertThat(wakeUps).isEqualTo(2);
        ring.consume(0);
        assertThat(wakeUps).isEqualTo(2);
    }

    /** What services say costs no entry, and no waking while somebody is at it. */
    @Test
    void shouldWakeSomebodyForWhatServicesSayUnlessSomebodyIsAtIt() {
        ring.lookAtServices();
        assertThat(wakeUps).isEqualTo(1);
        assertThat(ring.isWaiting()).isTrue();
        assertThat(ring.waiting()).isZero();
        ring.drain();
        assertThat(ring.isWaiting()).isFalse();
        assertThat(wakeUps).isEqualTo(1);
        ring.offer(
                router -> {
                    ring.lookAtServices();
                    ring.lookAtServices();
                });
        ring.drain();
        assertThat(wakeUps).isEqualTo(1);
        assertThat(ring.isWaiting()).isFalse();
    }

    /** Whoever is at it looks once more when it has given up its turn. */
    @Test
    void shouldLeaveItToWhoIsAtItAlready() throws Exception {
        ring.offer(
                router -> {
                    Thread other =
                            Thread.ofPlatform()
                                    .start(
                                            () -> {
                                                ring.offer(command(1));
                                                ring.consume(Integer.MAX_VALUE);
                                            });
                    assertThat(joined(other)).isTrue();
                    assertThat(ran).isEmpty();
                    ran.add(0);
                });
        ring.consume(1);
        assertThat(ran).containsExactly(0);
        assertThat(wakeUps).isEqualTo(1);
        assertThat(ring.isWaiting()).isTrue();
        ring.drain();
        assertThat(ran).containsExactly(0, 1);
        assertThat(ring.isWaiting()).isFalse();
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldSayWhenFramesMayBeReused() {
        assertThat(ring.isWaiting()).isFalse();
        long sequence = ring.offer(client, noFrames, 0);
        long behind = ring.offer(client, noFrames, 0);
        assertThat(ring.isConsumed(sequence)).isFalse();
        assertThat(ring.isWaiting()).isTrue();
        ring.drain();
        assertThat(ring.isConsumed(sequence)).isTrue();
        assertThat(ring.isConsumed(behind)).isTrue();
        assertThat(ring.isConsumed(behind + 1)).isFalse();
        assertThat(ring.isWaiting()).isFalse();
    }

    @Test
    void shouldRunCommandsOneAfterTheOtherWhenDrainedFromWithin() {
        ring.offer(
                router -> {
                    ring.offer(command(2));
                    ring.drain();
                    ran.add(0);
                });
        ring.offer(command(1));
        ring.drain();
        assertThat(ran).containsExactly(0, 1, 2);
    }

    @Test
    void shouldWaitForRoomWhenAsked() throws Exception {
        fill();
        Thread patient = Thread.ofPlatform().start(() -> ring.put(command(ENTRIES)));
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ran.size() <= ENTRIES) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            ring.drain();
        }
        assertThat(patient.join(Duration.ofSeconds(60))).isTrue();
        assertThat(ran).isEqualTo(numbers(ENTRIES + 1));
    }

    /** Who was woken may have come in vain, since an I/O loop was at it just then. */
    @Test
    void shouldWakeSomebodyWhileSomethingIsLeftThatCanWait() throws Exception {
        ring.offer(router -> fixture.connect(7, 7, 0));
        ring.drain();
        ring.offer(router -> fixture.leave(7, 10_000));
        ring.consume(1);
        assertThat(ring.isWaiting()).isTrue();
        assertThat(wakeUps).isEqualTo(1);
        ring.offer(router -> assertThat(joined(Thread.ofPlatform().start(ring::drain))).isTrue());
        ring.consume(1);
        assertThat(ring.isWaiting()).isTrue();
        assertThat(wakeUps).isEqualTo(2);
        int woken = 0;
        while (wakeUps > woken) {
            woken = wakeUps;
            ring.drain();
        }
        assertThat(ring.isWaiting()).isFalse();
    }

    // --- defects in the router

    @Test
    void shouldLogCommandThatFailsAndGoOn() {
        ring.offer(command(0));
        ring.offer(
                router -> {
                    throw new IllegalStateException("planted");
                });
        ring.offer(command(1));
        ring.drain();
        assertThat(ran).containsExactly(0, 1);
        assertThat(errors).hasSize(1);
        assertThat(errors.getFirst()).contains("IllegalStateException: planted", "RoutingRingTest");
    }

    @Test
    void shouldFlushWhatTheBatchCausedWhenItsLastCommandFails() {
        ring.offer(router -> router.clients().onOpen(client));
        ring.offer(
                router -> {
                    throw new IllegalStateException("planted");
                });
        ring.drain();
        assertThat(peer.flushes).isEqualTo(1);
    }

    @Test
    void shouldFlushASmallBatchOnceAndALargeOneNowAndThen() {
        ring.offer(router -> router.clients().onOpen(client));
        ring.offer(router -> router.onPingTimer(client.peer(), false, false, 1));
        ring.drain();
        assertThat(peer.flushes).isEqualTo(1);
        for (int i = 0; i < 40; i++) {
            ring.offer(
                    router ->
                            router.admission()
                                    .onConnect(
                                            client,
                                            ConnectOptions.BEFORE_CONNECT,
                                            client.identity()));
        }
        ring.drain();
        assertThat(peer.flushes).isEqualTo(1 + 3);
    }

    @Test
    void shouldFlushAtTheEndOfATurn() {
        ring.offer(router -> router.clients().onOpen(client));
        ring.offer(command(0));
        ring.consume(1);
        assertThat(ran).isEmpty();
        assertThat(peer.flushes).isEqualTo(1);
    }

    // --- the I/O loop's way

    @Test
    void shouldKeepCommandsInOrderUntilThereIsRoom() {
        RouterProxy proxy = new RouterProxy(ring, 0);
        fill();
        assertThat(proxy.isFull()).isFalse();
        for (int i = 0; i < 2 * ENTRIES; i++) {
            proxy.command(command(ENTRIES + i));
        }
        assertThat(proxy.isFull()).isTrue();
        assertThat(proxy.retry()).isFalse();
        ring.drain();
        assertThat(ran).isEqualTo(numbers(ENTRIES));

        // There is room again, but those that have waited come first.
        proxy.command(command(3 * ENTRIES));
        assertThat(proxy.frames(client, noFrames, 0)).isEqualTo(RoutingRing.FULL);
        ring.drain();
        assertThat(ran).isEqualTo(numbers(2 * ENTRIES));

        assertThat(proxy.retry()).isFalse();
        assertThat(proxy.isFull()).isTrue();
        ring.drain();
        assertThat(proxy.retry()).isTrue();
        assertThat(proxy.isFull()).isFalse();
        ring.drain();
        assertThat(ran).isEqualTo(numbers(3 * ENTRIES + 1));
        assertThat(proxy.frames(client, noFrames, 0)).isNotNegative();
    }

    @Test
    void shouldRefuseFramesWhenRingIsFull() {
        RouterProxy proxy = new RouterProxy(ring, 0);
        fill();
        assertThat(proxy.frames(client, noFrames, 0)).isEqualTo(RoutingRing.FULL);
        ring.drain();
        long sequence = proxy.frames(client, noFrames, 0);
        assertThat(sequence).isNotNegative();
        assertThat(proxy.isConsumed(sequence)).isFalse();
        ring.drain();
        assertThat(proxy.isConsumed(sequence)).isTrue();
    }

    @Test
    void shouldRunEverythingAtOnceWhenInline() {
        RouterProxy proxy = new RouterProxy(ring, Integer.MAX_VALUE);
        proxy.command(command(0));
        assertThat(ran).containsExactly(0);
        assertThat(proxy.isConsumed(proxy.frames(client, noFrames, 0))).isTrue();
        ran.clear();
        fill();
        proxy.command(command(ENTRIES));
        assertThat(ran).isEqualTo(numbers(ENTRIES + 1));
        assertThat(proxy.isFull()).isFalse();
    }

    @Test
    void shouldRunInlineCommandsOneAfterTheOther() {
        RouterProxy proxy = new RouterProxy(ring, Integer.MAX_VALUE);
        proxy.command(
                router -> {
                    for (int i = 1; i <= 2 * ENTRIES; i++) {
                        proxy.command(command(i));
                    }
                    ran.add(0);
                });
        assertThat(ran).isEqualTo(numbers(2 * ENTRIES + 1));
        assertThat(proxy.isFull()).isFalse();
    }

    @Test
    void shouldLetNobodyTouchTheRouterWhoseTurnItIsNot() {
        assertThatThrownBy(() -> fixture.router.flush(0))
                .isInstanceOf(AssertionError.class)
                .hasMessage("routing is another thread's");
        ring.offer(router -> router.flush(0));
        ring.drain();
        assertThatThrownBy(() -> fixture.router.flush(0)).isInstanceOf(AssertionError.class);
    }
}
