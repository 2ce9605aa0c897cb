package io.millrace.broker.ring;

import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.FrameBlock;

import java.util.ArrayDeque;

/**
 * An I/O loop's way to the router. Belongs to that loop.
 *
 * <p>A full ring never blocks the loop: commands wait here in order, and {@link #isFull} tells the
 * loop to stop reading until {@link #retry} has got rid of them. What the loop has published it
 * consumes itself, if nobody else is at it, as far as it may.
 */
public final class RouterProxy {
    private final RoutingRing ring;
    private final int mostEntries;
    private final ArrayDeque<RouterCommand> waiting = new ArrayDeque<>();

    /**
     * Makes a proxy.
     *
     * @param mostEntries that the loop may route in a row: 0 for none, {@link Integer#MAX_VALUE}
     *     where nobody else does
     */
    public RouterProxy(RoutingRing ring, int mostEntries) {
        this.ring = ring;
        this.mostEntries = mostEntries;
    }

    /** Whether nothing can be handed over now. */
    public boolean isFull() {
        return !waiting.isEmpty();
    }

    /**
     * Hands over a stretch of frames.
     *
     * @param readNs when its bytes arrived, {@link System#nanoTime}; 0 if it isn't timed
     * @return a number for {@link #isConsumed}, or {@link RoutingRing#FULL}
     */
    public long frames(Sender sender, FrameBlock frames, long readNs) {
        if (isFull()) {
            return RoutingRing.FULL;
        }
        long sequence = ring.offer(sender, frames, readNs);
        ring.consume(mostEntries);
        return sequence;
    }

    /** Whether the router is done with a stretch. */
    public boolean isConsumed(long sequence) {
        return ring.isConsumed(sequence);
    }

    /** Hands over a command, behind all that was handed over before. */
    public void command(RouterCommand command) {
        if (isFull() || !ring.offer(command)) {
            waiting.add(command);
        }
        ring.consume(mostEntries);
        retry();
    }

    /** Tries again to hand over what waits; false if something still does. */
    public boolean retry() {
        while (!waiting.isEmpty() && ring.offer(waiting.peek())) {
            waiting.remove();
            ring.consume(mostEntries);
        }
        return waiting.isEmpty();
    }
}
