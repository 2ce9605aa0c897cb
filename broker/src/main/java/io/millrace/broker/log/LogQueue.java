package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between the threads that log and what may keep a writer waiting: a pipe that nobody reads,
 * a disk that hangs or is full, a dead syslog. Who logs waits for nothing but another thread's
 * putting a line here.
 *
 * <p>What waits is bounded in bytes. A line that finds no room is dropped and counted, and the next
 * line that gets through is followed by a warning that says how many were. Lines leave in the order
 * in which they came, with the time at which they came.
 *
 * <p>A thread of its own owns the writer. It is a daemon, so the end of the process waits for it
 * only as long as {@link #close} does.
 */
final class LogQueue implements LogSink {
    /** What may wait, in bytes of the heap: some ten thousand lines. */
    static final long MAX_BYTES = 4 << 20;

    /** A line's own objects and its place here. */
    private static final int BYTES_BESIDE_TEXT = 112;

    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);

    /** How long the queue before this one has to write what it holds. */
    private static final long HAND_OVER_NS = CLOSE_TIMEOUT_NS / 2;

    /** Something to write; without a text, the wish to reopen the file. */
    private record Line(Instant at, LogLevel level, @Nullable String text) {
        /** At most; a text of ASCII takes half of it. */
        long bytes() {
            return BYTES_BESIDE_TEXT + (text == null ? 0 : 2L * text.length());
        }
    }

    private final LineWriter writer;
    private final Clock clock;
    private final long maxBytes;
    private final AtomicLong droppedEver;
    private final Thread thread;

    // --- guarded by lines, under which nothing is done that can block
    private final Deque<Line> lines = new ArrayDeque<>();
    private @Nullable LogQueue before;
    private @Nullable LogQueue after;
    private boolean asleep;
    private boolean reopening;
    private boolean closing;
    private boolean abandoned;
    private boolean ended;

    /** What waits, the line included that is being written. */
    private long bytes;

    /** Lines dropped since the last warning about them. */
    private long unreported;

    private LogQueue(
            LineWriter writer,
            Clock clock,
            long maxBytes,
            AtomicLong droppedEver,
            @Nullable LogQueue before) {
        this.writer = writer;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.droppedEver = droppedEver;
        this.before = before;
        this.thread = Thread.ofPlatform().name("millrace-log").daemon().unstarted(this::writeAll);
    }

    /**
     * Starts one.
     *
     * @param clock says when lines were logged
     * @param maxBytes what may wait; a line larger than that gets in when nothing waits
     */
    static LogQueue start(LineWriter writer, Clock clock, long maxBytes) {
        LogQueue queue = new LogQueue(writer, clock, maxBytes, new AtomicLong(), null);
        queue.thread.start();
        return queue;
    }

    /**
     * Starts one in the place of this one, which is closed. What this one can't write soon is
     * written there, before anything else; so are lines that still come here.
     */
    LogQueue replaceBy(LineWriter next) {
        LogQueue queue = new LogQueue(next, clock, maxBytes, droppedEver, this);
        synchronized (lines) {
            after = queue;
            closing = true;
            lines.notifyAll();
        }
        queue.thread.start();
        return queue;
    }

    @Override
    public void write(LogLevel level, String text) {
        synchronized (lines) {
            if (after != null) {
                after.write(level, text);
                return;
            }
            Line line = new Line(clock.instant(), level, text);
            if (closing || (bytes > 0 && bytes + line.bytes() > maxBytes)) {
                drop(1);
            } else {
                put(line);
            }
        }
    }

    @Override
    public boolean wants(LogLevel level) {
        return writer.wants(level);
    }

    /** Reopens the file once all lines that came before are in it. Never dropped. */
    @Override
    public void reopen() {
        synchronized (lines) {
            if (after != null) {
                after.reopen();
            } else if (!reopening && !closing) {
                reopening = true;
                put(new Line(clock.instant(), LogLevel.INFO, null));
            }
        }
    }

    private void put(Line line) {
        lines.add(line);
        bytes += line.bytes();
        if (asleep) {
            asleep = false;
            lines.notifyAll();
        }
    }

    private void drop(long count) {
        unreported += count;
        droppedEver.addAndGet(count);
    }

    /** Lines dropped so far, here and in the queues before this one. */
    long droppedLines() {
        return droppedEver.get();
    }

    /** Has what waits written, for a second at most. Later lines are dropped. */
    @Override
    public void close() {
        long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        boolean interrupted = false;
        synchronized (lines) {
            closing = true;
            lines.notifyAll();
            while (!ended && !abandoned) {
                try {
                    if (!awaitChange(deadlineNs)) {
                        abandon();
                    }
                } catch (InterruptedException e) {
                    // The last lines matter more, and this ends within a second.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for something to happen here; false if the time is over. */
    private boolean awaitChange(long deadlineNs) throws InterruptedException {
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            return false;
        }
        TimeUnit.NANOSECONDS.timedWait(lines, leftNs);
        return true;
    }

    /** Has the thread end as soon as its writer lets go of it. */
    private void abandon() {
        abandoned = true;
        lines.clear();
        if (writer.isInterruptible()) {
            thread.interrupt();
        }
    }

    // --- the thread

    private void writeAll() {
        try {
            takeOver();
            for (Line line = next(); line != null; line = next()) {
                pass(line);
            }
        } catch (InterruptedException e) {
            // Abandoned: nobody takes what is left.
        } finally {
            writer.close();
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    private @Nullable Line next() throws InterruptedException {
        synchronized (lines) {
            while (lines.isEmpty() && !closing) {
                asleep = true;
                lines.wait();
            }
            return lines.poll();
        }
    }

    private void pass(Line line) {
        boolean written = write(line);
        long dropped;
        synchronized (lines) {
            bytes -= line.bytes();
            if (!written) {
                drop(1);
            }
            // Who is abandoned has left the rest to another.
            dropped = written && !abandoned ? unreported : 0;
        }
        if (dropped > 0 && report(dropped)) {
            synchronized (lines) {
                unreported -= dropped;
            }
        }
    }

    private boolean write(Line line) {
        if (line.text != null) {
            return write(line.at, line.level, line.text);
        }
        synchronized (lines) {
            reopening = false;
        }
        writer.reopen(line.at);
        return true;
    }

    private boolean report(long dropped) {
        String what = dropped == 1 ? " log line" : " log lines";
        String text = dropped + what + " dropped: the log did not take them in time";
        return write(clock.instant(), LogLevel.WARN, text);
    }

    private boolean write(Instant at, LogLevel level, String text) {
        try {
            return writer.write(at, level, text);
        } catch (RuntimeException | Error e) {
            // An application's logger, or no memory: one line's fault, not that of all to come.
            return false;
        }
    }

    /** Puts what the queue before this one has left in front of all that came here. */
    private void takeOver() throws InterruptedException {
        LogQueue old;
        synchronized (lines) {
            old = before;
        }
        if (old == null) {
            return;
        }
        Deque<Line> left = new ArrayDeque<>();
        long leftUnreported = old.leave(left);
        synchronized (lines) {
            for (Iterator<Line> each = left.descendingIterator(); each.hasNext(); ) {
                Line line = each.next();
                lines.addFirst(line);
                bytes += line.bytes();
            }
            unreported += leftUnreported;
            before = null;
            lines.notifyAll();
        }
    }

    /** Waits until all is written, or takes what isn't; returns how many lines were dropped. */
    private long leave(Deque<Line> left) throws InterruptedException {
        long deadlineNs = System.nanoTime() + HAND_OVER_NS;
        synchronized (lines) {
            // One that has yet to take over from another has lines that it doesn't know of.
            while (!ended && (before != null || System.nanoTime() - deadlineNs < 0)) {
                awaitChange(Math.max(deadlineNs, System.nanoTime() + HAND_OVER_NS / 50));
            }
            lines.stream().filter(line -> line.text != null).forEach(left::add);
            abandon();
            return unreported;
        }
    }
}
