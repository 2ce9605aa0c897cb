package io.millrace.broker.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The thread that consumes the ring: it sleeps, and it never sleeps through a command. */
class RoutingThreadTest {
    private static final int HAND_OVERS = 75_000;
    private static final int MANY_HAND_OVERS = 600_000;
    private static final int PRODUCERS = 4;
    private static final int COMMANDS_EACH = 50_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int SPINS = 1_000;

    /** Few enough that the thread never spins. */
    private static final int FEW_CORES = 2;

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> errors.add(text), false, false);
    private final RouterFixture fixture = new RouterFixture(log);
    private volatile int ran;
    private long steps;
    private volatile boolean ended;

    private final class Started implements AutoCloseable {
        final RoutingThread thread;
        final RoutingRing ring;

        Started(int cores) {
            thread = new RoutingThread("test-router", cores, this::atEnd);
            ring =
                    new RoutingRing(
                            fixture.router,
                            thread::wakeUp,
                            () -> {},
                            log,
                            new StageRecorder(Stage.values()));
            thread.start(ring);
        }

        private void atEnd() {
            fixture.close();
            ended = true;
        }

        @Override
        public void close() {
            try {
                thread.stop(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(ended).isTrue();
        }
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        for (int spins = 0; !condition.getAsBoolean(); spins++) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadlineNs);
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // The core that is spun on may be the one that the other thread needs.
                Thread.yield();
            }
        }
    }

    /** Each command comes when the thread has just run the one before, and is about to sleep. */
    @ParameterizedTest
    @ValueSource(ints = {FEW_CORES, 64})
    void shouldNeverSleepThroughACommand(int cores) {
        shouldNeverSleepThrough(HAND_OVERS, cores);
    }

    /** The same for longer: what goes wrong once in a million times. */
    @Tag("thorough")
    @ParameterizedTest
    @ValueSource(ints = {FEW_CORES, 64})
    void shouldNeverSleepThroughManyCommands(int cores) {
        shouldNeverSleepThrough(MANY_HAND_OVERS, cores);
    }

    private void shouldNeverSleepThrough(int handOvers, int cores) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Started started = new Started(cores)) {
            for (int i = 1; i <= handOvers; i++) {
                int number = i;
                assertThat(started.ring.offer(router -> ran = number)).isTrue();
                started.ring.consume(0);
                await(
                        () -> ran == number,
                        "hand-over " + number + "; replay with -Dmillrace.seed=" + seed);
                // In steps of about a cycle: the moment between looking and sleeping is short.
                for (int pause = random.nextInt(1 << random.nextInt(4, 17));
                        pause > 0 && ran == number;
                        pause--) {
                    steps++;
                }
            }
        }
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {FEW_CORES, 64})
    void shouldRunEachCommandOnceAndInTheOrderOfItsProducer(int cores) throws Exception {
        int[] last = new int[PRODUCERS];
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (Started started = new Started(cores)) {
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < PRODUCERS; p++) {
                int producer = p;
                producers.add(
                        Thread.ofPlatform()
                                .start(() -> produce(started.ring, producer, last, wrong)));
            }
            for (Thread producer : producers) {
                producer.join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
                assertThat(producer.isAlive()).as("waits for ever").isFalse();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(last).containsOnly(COMMANDS_EACH);
        assertThat(errors).isEmpty();
    }

    /**
     * Half of the producers wait for room; the others are I/O loops, which may not, and of which
     * one routes a little itself.
     */
    private static void produce(RoutingRing ring, int producer, int[] last, List<String> wrong) {
        RouterProxy proxy = new RouterProxy(ring, producer == 1 ? 0 : 4);
        for (int i = 1; i <= COMMANDS_EACH; i++) {
            int number = i;
            RouterCommand command =
                    router -> {
                        if (last[producer] != number - 1) {
                            wrong.add(producer + ": " + number + " behind " + last[producer]);
                        }
                        last[producer] = number;
                    };
            if (producer % 2 == 0) {
                ring.put(command);
            } else {
                proxy.command(command);
                // A loop goes on for a while before it tries again.
                if (number % 100 == 0 || number == COMMANDS_EACH) {
                    await(proxy::retry, "the ring stays full");
                }
            }
        }
    }

    @Test
    void shouldOutliveCommandThatFails() {
        try (Started started = new Started(FEW_CORES)) {
            started.ring.put(
                    router -> {
                        throw new IllegalStateException("planted");
                    });
            await(() -> !errors.isEmpty(), "the log line");
            started.ring.put(router -> ran = 1);
            await(() -> ran == 1, "the next command");
        }
        assertThat(errors).hasSize(1);
        assertThat(errors.getFirst()).contains("IllegalStateException: planted");
    }

    @Test
    void shouldRunWhatWasPublishedBeforeItEnds() {
        boolean[] ranBeforeEnd = new boolean[500];
        try (Started started = new Started(FEW_CORES)) {
            for (int i = 0; i < ranBeforeEnd.length; i++) {
                int number = i;
                started.ring.put(router -> ranBeforeEnd[number] = !ended);
            }
        }
        assertThat(ranBeforeEnd).doesNotContain(false);
        assertThat(errors).isEmpty();
    }
}
