package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

@Timeout(120)
class LogQueueTest {
    /** Bytes that a line of three letters takes. */
    private static final int LINE_BYTES = 118;

    private static final long PLENTY = 1 << 20;

    /** Keeps what it gets; holds up its thread while it is stuck. */
    private static final class Receiver implements LineWriter {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean stuck;
        private volatile boolean failing;
        private volatile boolean throwing;

        @Override
        public boolean write(Instant at, LogLevel level, String text) {
            if (stuck) {
                held.countDown();
                await(release);
            }
            if (throwing) {
                throw new IllegalStateException("an appender's");
            }
            if (failing) {
                return false;
            }
            lines.add(at.getEpochSecond() + " " + level.tag() + ' ' + text);
            return true;
        }

        @Override
        public void close() {
            closed.set(true);
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** A clock that is a second later each time. */
    private static final class Ticks extends Clock {
        private long seconds;

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(++seconds);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Receiver receiver = new Receiver();

    private LogQueue start(long maxBytes) {
        return LogQueue.start(receiver, new Ticks(), maxBytes);
    }

    /** Logs a line, and waits until the receiver holds up the thread with it. */
    private static void hold(LogQueue queue, Receiver receiver) {
        receiver.stuck = true;
        queue.write(LogLevel.INFO, "1st");
        Receiver.await(receiver.held);
    }

    private static void awaitLines(Receiver receiver, int count) {
        while (receiver.lines.size() < count) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void shouldKeepTheOrderOfLinesAndTheTimeAtWhichTheyWereLogged() {
        LogQueue queue = start(PLENTY);
        hold(queue, receiver);
        queue.write(LogLevel.WARN, "2nd");
        queue.write(LogLevel.ERROR, "3rd");
        receiver.release.countDown();
        queue.close();

        assertThat(receiver.lines).containsExactly("1 INF 1st", "2 WRN 2nd", "3 ERR 3rd");
        assertThat(receiver.closed).isTrue();
    }

    @Test
    void shouldDropAndCountLinesRatherThanHoldUpTheThreadThatLogs() {
        LogQueue queue = start(4 * LINE_BYTES);
        hold(queue, receiver);
        for (int i = 0; i < 9; i++) {
            queue.write(LogLevel.INFO, "no" + i);
        }
        assertThat(queue.droppedLines()).isEqualTo(6);
        receiver.release.countDown();
        queue.close();

        assertThat(receiver.lines)
                .containsExactly(
                        "1 INF 1st",
                        "11 WRN 6 log lines dropped: the log did not take them in time",
                        "2 INF no0",
                        "3 INF no1",
                        "4 INF no2");
        assertThat(queue.droppedLines()).isEqualTo(6);
    }

    @Test
    void shouldCountBytesRatherThanLines() {
        LogQueue queue = start(10_000);
        hold(queue, receiver);
        queue.write(LogLevel.INFO, "x".repeat(5_000));
        assertThat(queue.droppedLines()).isEqualTo(1);
        for (int i = 0; i < 80; i++) {
            queue.write(LogLevel.INFO, "no");
        }
        assertThat(queue.droppedLines()).isEqualTo(1);
        receiver.release.countDown();
        queue.close();
    }

    @Test
    void shouldTakeALineOfAnySizeWhenNothingWaits() {
        LogQueue queue = start(100);
        queue.write(LogLevel.TRACE, "x".repeat(1_000));
        queue.close();

        assertThat(receiver.lines).containsExactly("1 TRC " + "x".repeat(1_000));
    }

    @Test
    void shouldSayHowManyLinesFailedOnceOneGetsThrough() {
        receiver.failing = true;
        LogQueue queue = start(PLENTY);
        queue.write(LogLevel.INFO, "one");
        queue.write(LogLevel.INFO, "two");
        while (queue.droppedLines() < 2) {
            LockSupport.parkNanos(100_000);
        }
        receiver.failing = false;
        queue.write(LogLevel.INFO, "three");
        queue.close();

        assertThat(receiver.lines)
                .containsExactly(
                        "3 INF three",
                        "4 WRN 2 log lines dropped: the log did not take them in time");
    }

    @Test
    void shouldOutliveAWriterThatThrows() {
        receiver.throwing = true;
        LogQueue queue = start(PLENTY);
        queue.write(LogLevel.INFO, "one");
        while (queue.droppedLines() < 1) {
            LockSupport.parkNanos(100_000);
        }
        receiver.throwing = false;
        queue.write(LogLevel.INFO, "two");
        queue.close();

        assertThat(receiver.lines).contains("2 INF two");
    }

    @Test
    void shouldReopenBetweenTheLinesThatCameBeforeAndAfter() {
        LogQueue queue = start(2 * LINE_BYTES);
        hold(queue, receiver);
        queue.write(LogLevel.INFO, "2nd");
        queue.reopen();
        queue.reopen();
        receiver.release.countDown();
        awaitLines(receiver, 3);
        queue.write(LogLevel.INFO, "3rd");
        queue.close();

        assertThat(receiver.lines)
                .containsExactly(
                        "1 INF 1st",
                        "2 INF 2nd",
                        "3 INF File log re-open ignored, not a file logger",
                        "4 INF 3rd");
    }

    @Test
    void shouldCloseInBoundedTimeWhenNobodyTakesTheLines() throws Exception {
        LogQueue queue = start(PLENTY);
        hold(queue, receiver);
        queue.write(LogLevel.INFO, "2nd");

        queue.close();

        queue.write(LogLevel.INFO, "after");
        receiver.release.countDown();
        while (!receiver.closed.get()) {
            LockSupport.parkNanos(100_000);
        }
        assertThat(receiver.lines).containsExactly("1 INF 1st");
    }

    @Test
    void shouldWriteTheLastLinesAlsoWhenAnInterruptedThreadCloses() {
        LogQueue queue = start(PLENTY);
        queue.write(LogLevel.FATAL, "last words");
        Thread.currentThread().interrupt();
        queue.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(receiver.lines).containsExactly("1 FTL last words");
    }

    @Test
    void shouldGiveWhatAStuckLogHoldsToTheOneInItsPlace() {
        LogQueue old = start(2 * LINE_BYTES);
        hold(old, receiver);
        old.write(LogLevel.INFO, "2nd");
        old.write(LogLevel.INFO, "no");
        Receiver next = new Receiver();
        LogQueue queue = old.replaceBy(next);
        queue.write(LogLevel.INFO, "4th");
        old.write(LogLevel.INFO, "5th");
        awaitLines(next, 4);
        receiver.release.countDown();
        queue.close();

        assertThat(next.lines)
                .containsExactly(
                        "2 INF 2nd",
                        "6 WRN 1 log line dropped: the log did not take them in time",
                        "4 INF 4th",
                        "5 INF 5th");
        assertThat(queue.droppedLines()).isEqualTo(1);
    }

    @Test
    void shouldLoseNothingWhenStuckLogsAreReplacedOneAfterTheOther() {
        LogQueue first = start(PLENTY);
        hold(first, receiver);
        first.write(LogLevel.INFO, "2nd");
        Receiver second = new Receiver();
        Receiver third = new Receiver();
        LogQueue middle = first.replaceBy(second);
        middle.write(LogLevel.INFO, "3rd");
        LogQueue last = middle.replaceBy(third);
        last.write(LogLevel.INFO, "4th");
        awaitLines(third, 1);
        receiver.release.countDown();
        last.close();

        List<String> all = new ArrayList<>(second.lines);
        all.addAll(third.lines);
        assertThat(all).containsExactly("2 INF 2nd", "3 INF 3rd", "4 INF 4th");
    }

    @Test
    void shouldNotMixTheLinesOfManyThreads() throws InterruptedException {
        LogQueue queue = start(PLENTY);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String text = Integer.toString(t).repeat(20);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 500; i++) {
                                            queue.write(LogLevel.INFO, text);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // Closing waits for the writer for a second only.
        awaitLines(receiver, 4_000);
        queue.close();

        assertThat(receiver.lines).hasSize(4_000);
        assertThat(receiver.lines).allMatch(line -> line.matches("\\d+ INF (\\d)\\1{19}"));
    }
}
