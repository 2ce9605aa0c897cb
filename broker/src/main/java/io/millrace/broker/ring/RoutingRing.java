package io.millrace.broker.ring;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Client;
import io.millrace.broker.routing.Router;
import io.millrace.protocol.FrameBlock;

/**
 * The ring, and the one who consumes it.
 *
 * <p>Producers publish from any thread. The consumer is whoever calls {@link #drain}: the I/O loop
 * itself in inline mode, {@link RoutingThread} in dedicated mode. {@code wakeUp} is called after
 * each publish by the Disruptor, and decides whether somebody has to be woken.
 */
public final class RoutingRing {
    /** Entries; its size doesn't show in the throughput (measured), so it is small. */
    private static final int ENTRIES = 1024;

    /** Returned by {@link #offer} when the ring is full. */
    public static final long FULL = -1;

    private final RingBuffer<RoutingEvent> ring;
    private final EventPoller<RoutingEvent> poller;
    private final CommandAdapter adapter;
    private final Sequence consumed;
    private boolean draining;

    /**
     * Makes an empty ring.
     *
     * @param router consumes it
     * @param wakeUp called after each publish, by the thread that published
     * @param latency of the routing thread
     */
    public RoutingRing(Router router, Runnable wakeUp, ServerLog log, StageRecorder latency) {
        ring = RingBuffer.createMultiProducer(RoutingEvent::new, ENTRIES, new Signal(wakeUp));
        poller = ring.newPoller();
        consumed = poller.getSequence();
        ring.addGatingSequences(consumed);
        adapter = new CommandAdapter(router, log, latency);
    }

    /**
     * Publishes a stretch of frames.
     *
     * @param readNs when its bytes arrived, {@link System#nanoTime}; 0 if it isn't timed
     * @return its sequence; {@link #isConsumed} says when the frames may be reused. {@link #FULL}
     *     if the ring has no room.
     */
    public long offer(Client client, FrameBlock frames, long readNs) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            return FULL;
        }
        ring.get(sequence).frames(client, frames, readNs);
        ring.publish(sequence);
        return sequence;
    }

    /** Publishes a command; false if the ring has no room. */
    public boolean offer(RouterCommand command) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            return false;
        }
        ring.get(sequence).command(command);
        ring.publish(sequence);
        return true;
    }

    /**
     * Publishes a command, waiting for room. For threads that may wait; never for an I/O loop or
     * the routing thread.
     */
    public void put(RouterCommand command) {
        long sequence = ring.next();
        ring.get(sequence).command(command);
        ring.publish(sequence);
    }

    /** Whether the router is done with the entry of this sequence. */
    public boolean isConsumed(long sequence) {
        return consumed.get() >= sequence;
    }

    /** Entries there is room for. */
    public int capacity() {
        return ring.getBufferSize();
    }

    /** Entries that wait, about. Any thread. */
    public int waiting() {
        return Math.clamp(ring.getCursor() - consumed.get(), 0, ring.getBufferSize());
    }

    /** Whether there is something to consume. */
    boolean isEmpty() {
        return ring.getCursor() == consumed.get();
    }

    /**
     * Consumes all there is. Routing thread; a call from within is without effect, since the call
     * it is within goes on until nothing is left.
     */
    public void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (poller.poll(adapter) == EventPoller.PollState.PROCESSING) {
                // what was published meanwhile comes next
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            draining = false;
        }
    }

    /** Nobody waits at the ring's barrier; publishing just signals. */
    private record Signal(Runnable wakeUp) implements WaitStrategy {
        @Override
        public long waitFor(
                long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
                throws AlertException {
            throw new UnsupportedOperationException("the ring is polled");
        }

        @Override
        public void signalAllWhenBlocking() {
            wakeUp.run();
        }
    }
}
