package io.millrace.broker.connection;

import io.millrace.broker.delivery.OutboundQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * Holds a producer back while one of its consumers is nearly too slow: nothing is read from it
 * until that consumer's queue has drained, or for the reference's ten milliseconds. Then one read
 * is let through, and reading goes on freely only if that brings no further stall.
 *
 * <p>{@link #begin} is called by the routing thread, all else runs on the I/O loop.
 */
final class ProducerStall implements Runnable {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final IoLoop loop;
    private final Pauses pauses;

    // Routing thread, before it sets slow.
    private long untilBytes;

    /** The queue it waits for; the router sets it, the loop resets it. */
    private volatile @Nullable OutboundQueue slow;

    private long endsNs;
    private boolean looking;
    private boolean cautious;

    /** Makes a stall that isn't on. */
    ProducerStall(IoLoop loop, Pauses pauses) {
        this.loop = loop;
        this.pauses = pauses;
    }

    /**
     * Stalls until no more than so many bytes wait in the queue. Routing thread.
     *
     * @return false if the producer is stalled already
     */
    boolean begin(OutboundQueue queue, long bytes) {
        if (slow != null) {
            return false;
        }
        untilBytes = bytes;
        slow = queue;
        loop.execute(this::beginOnLoop);
        return true;
    }

    private void beginOnLoop() {
        pauses.begin(Pauses.STALLED);
        endsNs = System.nanoTime() + LONGEST_NS;
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
            slow = null;
        }
        pauses.end(Pauses.STALLED);
    }
}
