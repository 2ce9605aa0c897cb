package io.millrace.broker.ring;

import io.millrace.broker.routing.Client;
import io.millrace.protocol.FrameBlock;

import java.util.ArrayDeque;

/**
 * An I/O loop's way to the router. Belongs to that loop.
 *
 * <p>A full ring never blocks the loop: commands wait here in order, and {@link #isFull} tells the
 * loop to stop reading until {@link #retry} has got rid of them. In inline mode the loop consumes
 * the ring itself, right after it has published.
 */
public final class RouterProxy {
    private final RoutingRing ring;
    private final boolean inline;
    private final ArrayDeque<RouterCommand> waiting = new ArrayDeque<>();

    /**
     * Makes a proxy.
     *
     * @param inline whether the loop that owns it is the routing thread
     */
    public RouterProxy(RoutingRing ring, boolean inline) {
        this.ring = ring;
        this.inline = inline;
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
    public long frames(Client client, FrameBlock frames, long readNs) {
        if (isFull()) {
            return RoutingRing.FULL;
        }
        long sequence = ring.offer(client, frames, readNs);
        if (inline) {
            ring.drain();
        }
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
        if (inline) {
            ring.drain();
            retry();
        }
    }

    /** Tries again to hand over what waits; false if something still does. */
    public boolean retry() {
        while (!waiting.isEmpty() && ring.offer(waiting.peek())) {
            waiting.remove();
            if (inline) {
                ring.drain();
            }
        }
        return waiting.isEmpty();
    }
}
