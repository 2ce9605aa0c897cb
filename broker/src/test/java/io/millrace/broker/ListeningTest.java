package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.view.LinkSnapshot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Listeners that throw, never return, or take too long. */
@Timeout(60)
class ListeningTest {
    private static final long LONG_MS = 50_000;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);

    private static LinkSnapshot link(long id) {
        return new LinkSnapshot(PeerKind.GATEWAY, id, "n", "", "127.0.0.1", 1, Instant.now());
    }

    private Listening listening(ServerListener... listeners) {
        Listening listening = new Listening("n", List.of(listeners), log);
        listening.start();
        return listening;
    }

    /** Throws whatever it is, as languages do that don't declare exceptions. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable any) throws E {
        throw (E) any;
    }

    @Test
    void shouldTellTheOthersAndGoOnWhateverAListenerThrows() throws Exception {
        List<Long> heard = new ArrayList<>();
        List<Throwable> thrown =
                List.of(
                        new IllegalStateException("one"),
                        new StackOverflowError("two"),
                        new java.io.IOException("three"),
                        new InterruptedException("four"));
        Listening listening =
                listening(
                        new ServerListener() {
                            @Override
                            public void onRouteUp(Route route) {
                                Thread.currentThread().interrupt();
                                ListeningTest.<RuntimeException>sneak(thrown.get((int) route.id()));
                            }
                        },
                        new ServerListener() {
                            @Override
                            public void onRouteUp(Route route) {
                                assertThat(route.kind()).isEqualTo(Route.Kind.GATEWAY);
                                heard.add(route.id());
                            }
                        });
        for (int i = 0; i < thrown.size(); i++) {
            listening.up(link(i));
        }
        listening.close(LONG_MS);
        assertThat(heard).containsExactly(0L, 1L, 2L, 3L);
        assertThat(lines)
                .containsExactlyElementsOf(
                        thrown.stream().map(each -> "A listener failed: " + each).toList());
    }

    @Test
    void shouldCountWhatAListenerMissesThatTakesTooLong() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong told = new AtomicLong();
        AtomicLong missed = new AtomicLong();
        Listening listening =
                listening(
                        new ServerListener() {
                            @Override
                            public void onRouteDown(Route route, String reason) {
                                busy.countDown();
                                ListeningTest.await(release);
                                told.incrementAndGet();
                            }

                            @Override
                            public void onDropped(long count) {
                                missed.addAndGet(count);
                            }
                        });
        listening.down(link(0), CloseReason.CLIENT_CLOSED);
        busy.await();
        int more = Listening.MAX_EVENTS + 7;
        for (int i = 0; i < more; i++) {
            listening.down(link(i), CloseReason.CLIENT_CLOSED);
        }
        release.countDown();
        listening.close(LONG_MS);
        assertThat(told.get()).isEqualTo(1 + Listening.MAX_EVENTS);
        assertThat(missed.get()).isEqualTo(7);
        assertThat(lines).containsExactly("Listeners take too long: they missed 7 events");
    }

    @Test
    void shouldNotWaitForAListenerThatNeverReturns() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicReference<Thread> stuck = new AtomicReference<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        Listening listening =
                listening(
                        new ServerListener() {
                            @Override
                            public void onError(String text) {
                                heard.add(text);
                                stuck.set(Thread.currentThread());
                                busy.countDown();
                                ListeningTest.await(new CountDownLatch(1));
                            }
                        });
        log.error("x".repeat(3000));
        busy.await();
        log.error("two");
        listening.close(1);
        assertThat(lines).last().isEqualTo("A listener did not return in time; it misses 2 events");
        stuck.get().join();
        assertThat(heard).containsExactly("x".repeat(2048));
    }

    @Test
    void shouldNotInterruptAListenerThatIsAboutToReturn() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> heard = new CopyOnWriteArrayList<>();
        Listening listening =
                listening(
                        new ServerListener() {
                            @Override
                            public void onError(String text) {
                                busy.countDown();
                                ListeningTest.await(release);
                                heard.add(text + Thread.currentThread().isInterrupted());
                            }
                        });
        log.error("one ");
        busy.await();
        log.error("two ");
        Thread closing =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        listening.close(LONG_MS);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        release.countDown();
        closing.join();
        assertThat(heard).containsExactly("one false", "two false");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
