package io.millrace.broker.connection;

import io.millrace.broker.compression.S2Encoder;
import io.millrace.broker.delivery.LoopFlusher;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.FrameBlock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one I/O loop share: the way to the router, the stretches they read into,
 * and their deadlines.
 *
 * <p>When no stretch is free, or the ring is full, connections wait in {@link #waitForStretch} with
 * reading switched off, and are called again when that is over. The loop looks for it once a
 * millisecond, and only while somebody waits.
 */
public final class IoLoop {
    private static final long RETRY_NS = 1_000_000;

    private final EventLoop loop;
    private final RouterProxy router;
    private final LoopFlusher flusher;
    private final StageRecorder latency;

    /** When the bytes arrived that are being parsed; 0 if that isn't timed. */
    private long readNs;

    private @Nullable S2Encoder encoder;
    private final DecompressionSpace decompression = new DecompressionSpace();
    private final Inflaters inflaters = new Inflaters();
    private final SpareArrays spares = new SpareArrays();

    private final Stretch[] stretches;
    private final ArrayDeque<Link> waiting = new ArrayDeque<>();
    private boolean retryScheduled;
    private final DeadlineWheel wheel = new DeadlineWheel(System.nanoTime());
    private @Nullable ScheduledFuture<?> wake;
    private long wakeNs = DeadlineWheel.NEVER;

    /**
     * Makes the state of a loop.
     *
     * @param stretchCount stretches that may be with the router at once, at least 1
     * @param latency of this loop
     */
    public IoLoop(EventLoop loop, RouterProxy router, int stretchCount, StageRecorder latency) {
        this.loop = loop;
        this.router = router;
        this.flusher = new LoopFlusher(loop);
        this.latency = latency;
        this.stretches = new Stretch[stretchCount];
        for (int i = 0; i < stretchCount; i++) {
            stretches[i] = new Stretch();
        }
    }

    public EventLoop eventLoop() {
        return loop;
    }

    SpareArrays spares() {
        return spares;
    }

    StageRecorder latency() {
        return latency;
    }

    /** Bytes have arrived, and are about to be parsed. */
    void onRead(long nowNs) {
        readNs = latency.isDue() ? nowNs : 0;
    }

    LoopFlusher flusher() {
        return flusher;
    }

    RouterProxy router() {
        return router;
    }

    /** Runs a task on this loop: at once if the caller is on it. */
    void execute(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /**
     * Something is kept for a peer, or given back.
     *
     * @param bytes negative if it is given back
     */
    void charge(Debtor debtor, Debt kind, long bytes) {
        debtor.charge(kind, bytes);
        if (bytes > 0 && debtor.ledger().excess(kind.store()) > 0) {
            // Behind each command the router looks who has to pay.
            command(_ -> {});
        }
    }

    /**
     * Runs a task when the loop has looked at all sockets. One that is merely handed to the loop
     * would run before, and tasks that follow each other would for a second.
     */
    void afterOthers(Runnable task) {
        loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    /** Compresses what connections of this loop write; made when the first one does. */
    S2Encoder encoder() {
        S2Encoder known = encoder;
        if (known == null) {
            known = new S2Encoder();
            encoder = known;
        }
        return known;
    }

    /** Where connections of this loop decompress. */
    DecompressionSpace decompression() {
        return decompression;
    }

    /** What WebSockets of this loop compress and inflate with. */
    Inflaters inflaters() {
        return inflaters;
    }

    // --- stretches

    /** The stretch to read into; null while none is free or the ring is full. */
    @Nullable Stretch freeStretch() {
        if (router.isFull()) {
            return null;
        }
        // Always the first that is free: while the router keeps up it is the same few, whose memory
        // is in the processor's cache.
        for (Stretch stretch : stretches) {
            if (router.isConsumed(stretch.sequence())) {
                stretch.reuse();
                return stretch;
            }
        }
        return null;
    }

    /** Hands the free stretch to the router; false if the ring is full. */
    boolean handOver(Stretch stretch, Sender sender) {
        assert loop.inEventLoop() : "another loop's";
        assert router.isConsumed(stretch.sequence());
        FrameBlock frames = stretch.frames;
        long sequence = router.frames(sender, frames, readNs);
        if (sequence < 0) {
            return false;
        }
        stretch.handedOver(sequence);
        return true;
    }

    /** Calls the connection again when a stretch is free. */
    void waitForStretch(Link link) {
        waiting.add(link);
        scheduleRetry();
    }

    /** Hands a command to the router, behind everything the loop has handed over. */
    public void command(RouterCommand command) {
        assert loop.inEventLoop() : "another loop's";
        router.command(command);
        if (router.isFull()) {
            scheduleRetry();
        }
    }

    private void scheduleRetry() {
        if (!retryScheduled) {
            retryScheduled = true;
            loop.schedule(this::retry, RETRY_NS, TimeUnit.NANOSECONDS);
        }
    }

    private void retry() {
        retryScheduled = false;
        router.retry();
        int count = waiting.size();
        for (int i = 0; i < count && freeStretch() != null; i++) {
            waiting.remove().resume();
        }
        if (!waiting.isEmpty() || router.isFull()) {
            scheduleRetry();
        }
    }

    // --- deadlines

    void arm(DeadlineWheel.Deadline deadline, long dueNs) {
        assert loop.inEventLoop() : "another loop's";
        scheduleWake(wheel.arm(deadline, dueNs));
    }

    void disarm(DeadlineWheel.Deadline deadline) {
        assert loop.inEventLoop() : "another loop's";
        wheel.disarm(deadline);
    }

    private void scheduleWake(long due) {
        if (due >= wakeNs) {
            return;
        }
        if (wake != null) {
            wake.cancel(false);
        }
        wakeNs = due;
        long delayNs = Math.max(0, due - System.nanoTime());
        wake = loop.schedule(this::advance, delayNs, TimeUnit.NANOSECONDS);
    }

    private void advance() {
        wake = null;
        wakeNs = DeadlineWheel.NEVER;
        wheel.advance(System.nanoTime());
        scheduleWake(wheel.nextWakeNs());
    }

    /** Frees the stretches; no connection is left, and the router is done with all of them. */
    public void close() {
        if (wake != null) {
            wake.cancel(false);
        }
        for (Stretch stretch : stretches) {
            stretch.free();
        }
        inflaters.close();
    }
}
