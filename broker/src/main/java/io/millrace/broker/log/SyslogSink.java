package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands lines to a syslog through a bounded queue, so that a slow or dead receiver never holds up
 * the thread that logs: when the queue is full the line is dropped and counted, and the next line
 * that leaves is followed by a warning with the count.
 *
 * <p>The sender thread owns the wire. A message that fails is tried once more on a new connection,
 * as the reference does, and then dropped. While the receiver can't be reached it is dialled once a
 * second at most.
 */
final class SyslogSink implements LogSink {
    /** Lines waiting for the sender; with traces of 200 bytes about 2 MB. */
    static final int QUEUE_LINES = 8_192;

    private static final long CLOSE_TIMEOUT_MS = 1_000;
    private static final long REDIAL_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] WAKE_UP = {};

    private final BlockingQueue<byte[]> queue;
    private final AtomicLong droppedLines = new AtomicLong();
    private final SyslogLines format;
    private final Clock clock;
    private final SyslogWire.Dialer dialer;
    private final Thread sender;
    private volatile boolean closing;

    /** Owned by the sender; null after a failure. */
    private @Nullable SyslogWire wire;

    /** Owned by the sender; no dialling before this time. */
    private long redialAtNs = System.nanoTime();

    private SyslogSink(
            SyslogWire.Dialer dialer,
            SyslogWire wire,
            SyslogLines format,
            Clock clock,
            int queueLines) {
        this.dialer = dialer;
        this.wire = wire;
        this.format = format;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(queueLines);
        this.sender = Thread.ofPlatform().name("millrace-syslog").daemon().unstarted(this::sendAll);
    }

    /**
     * Connects and starts the sender.
     *
     * @throws IOException if there is no connection; the message is the reference's
     */
    static SyslogSink start(
            SyslogWire.Dialer dialer, SyslogLines format, Clock clock, int queueLines)
            throws IOException {
        SyslogWire wire;
        try {
            wire = dialer.dial();
        } catch (IOException e) {
            throw new IOException("error connecting to syslog: \"" + e.getMessage() + "\"", e);
        }
        SyslogSink sink = new SyslogSink(dialer, wire, format, clock, queueLines);
        sink.sender.start();
        return sink;
    }

    @Override
    public void write(LogLevel level, String text) {
        if (closing || !queue.offer(format.encode(clock.instant(), level, text))) {
            droppedLines.incrementAndGet();
        }
    }

    /** Lines dropped since the last warning about them. */
    long droppedLines() {
        return droppedLines.get();
    }

    /** Lets the sender finish what is queued, for a second at most. */
    @Override
    public void close() {
        closing = true;
        queue.offer(WAKE_UP);
        try {
            sender.join(CLOSE_TIMEOUT_MS);
            sender.interrupt();
        } catch (InterruptedException e) {
            sender.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void sendAll() {
        try {
            while (!closing || !queue.isEmpty()) {
                byte[] message = queue.take();
                if (message.length > 0) {
                    sendOrDrop(message);
                    reportDrops();
                }
            }
        } catch (InterruptedException e) {
            // Closed with lines unsent: the receiver doesn't take them.
        } finally {
            hangUp();
        }
    }

    private void reportDrops() {
        long dropped = droppedLines.getAndSet(0);
        if (dropped > 0) {
            String text = dropped + " log lines dropped: the syslog did not take them in time";
            if (!send(format.encode(clock.instant(), LogLevel.WARN, text))) {
                droppedLines.addAndGet(dropped);
            }
        }
    }

    private void sendOrDrop(byte[] message) {
        if (!send(message) && !send(message)) {
            droppedLines.incrementAndGet();
        }
    }

    private boolean send(byte[] message) {
        SyslogWire open = wire == null ? dial() : wire;
        if (open == null) {
            return false;
        }
        try {
            open.send(message);
            return true;
        } catch (IOException e) {
            hangUp();
            return false;
        }
    }

    private @Nullable SyslogWire dial() {
        if (System.nanoTime() - redialAtNs < 0) {
            return null;
        }
        try {
            wire = dialer.dial();
        } catch (IOException e) {
            redialAtNs = System.nanoTime() + REDIAL_PAUSE_NS;
        }
        return wire;
    }

    private void hangUp() {
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }
}
