package io.millrace.broker.connection;

import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.peer.PendingBound;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds a producer back while one of its consumers is nearly too slow: nothing is read from it
 * until that consumer's queue has drained, or for as long as {@linkplain PendingBound its bound}
 * says. Then one read is let through, and reading goes on freely only if that brings no further
 * stall.
 *
 * <p>{@link #begin} and {@link #whenOver} are called by the routing thread, all else runs on the
 * I/O loop.
 */
final class ProducerStall implements Runnable {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final IoLoop loop;
    private final Pauses pauses;

    // Routing thread, before it sets slow.
    private long untilBytes;
    private long longestNs;

    /** The queue it waits for; the router sets it, the loop resets it. */
    private volatile @Nullable OutboundQueue slow;

    /** Is told when it is over; null if nobody is, or somebody was. */
    private final AtomicReference<@Nullable Runnable> told = new AtomicReference<>();

    private long endsNs;
    private boolean looking;
    private boolean cautious;

    /** Makes a stall that isn't on. */
    ProducerStall(IoLoop loop, Pauses pauses) {
        this.loop = loop;
        this.pauses = pauses;
    }

    /**
     * Stalls until a queue has caught up. Routing thread.
     *
     * @param bound of that queue
     * @return false if the producer is stalled already
     */
    boolean begin(OutboundQueue queue, PendingBound bound) {
        if (slow != null) {
            return false;
        }
        untilBytes = bound.caughtUpBytes();
        longestNs = bound.longestStallNs();
        slow = queue;
        loop.execute(this::beginOnLoop);
        return true;
    }

    /** Has somebody told when the stall is over that was begun just now. Routing thread. */
    void whenOver(Runnable over) {
        told.set(over);
        if (slow == null) {
            // It is over already, perhaps before the loop could see who is to be told.
            tell();
        }
    }

    private void tell() {
        Runnable over = told.getAndSet(null);
        if (over != null) {
            over.run();
        }
    }

    private void beginOnLoop() {
        pauses.begin(Pauses.STALLED);
        endsNs = System.nanoTime() + longestNs;
        lookSoon();
    }

    /** Something was read and handed over. */
    void onRead() {
        if (cautious) {
            pauses.begin(Pauses.STALLED);
            lookSoon();
        }
    }

    private void lookSoon() {
        if (!looking) {
            looking = true;
            loop.eventLoop().schedule(this, LOOK_NS, TimeUnit.NANOSECONDS);
        }
    }

    /** Looks whether it is over. */
    @Override
    public void run() {
        looking = false;
        OutboundQueue queue = slow;
        if (queue == null) {
            cautious = false;
        } else if (queue.unsentBytes() > untilBytes && System.nanoTime() < endsNs) {
            lookSoon();
            return;
        } else {
            cautious = true;
            // Before the next one may begin, which has somebody else told.
            tell();
            slow = null;
            tell();
        }
        pauses.end(Pauses.STALLED);
    }
}
