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
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.FrameBlock;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The ring, and the turn of consuming it.
 *
 * <p>Producers publish from any thread. The routing thread is whoever has the {@link Turn}: the one
 * I/O loop in inline mode; in dedicated mode the {@link RoutingThread}, or an I/O loop that has
 * just published and finds nobody at it, since waking a thread takes longer than routing a few
 * stretches.
 */
public final class RoutingRing {
    /** Entries; its size doesn't show in the throughput (measured), so it is small. */
    private static final int ENTRIES = 1024;

    /** Between two looks for room, of those who may wait. */
    private static final long PAUSE_NS = 100_000;

    /** Returned by {@link #offer} when the ring is full. */
    public static final long FULL = -1;

    private final RingBuffer<RoutingEvent> ring;
    private final EventPoller<RoutingEvent> poller;
    private final CommandAdapter adapter;
    private final Sequence consumed;
    private final Runnable wakeUp;
    private final Runnable workLater;
    private final Turn turn = new Turn();

    /** Whether the router has left something that can wait; whoever has the turn sets it. */
    private volatile boolean hasWork;

    /** Whether a service has said something since somebody looked. */
    private volatile boolean servicesSpoke;

    /**
     * Makes an empty ring.
     *
     * @param router consumes it
     * @param wakeUp has somebody call {@link #drain}; called by any thread, also while somebody is
     *     about to
     * @param workLater has somebody do so when others have had their turn; called by who consumes,
     *     also while somebody is about to
     * @param latency of the routing thread
     */
    public RoutingRing(
            Router router,
            Runnable wakeUp,
            Runnable workLater,
            ServerLog log,
            StageRecorder latency) {
        ring = RingBuffer.createMultiProducer(RoutingEvent::new, ENTRIES, new Polled());
        this.wakeUp = wakeUp;
        this.workLater = workLater;
        poller = ring.newPoller();
        consumed = poller.getSequence();
        ring.addGatingSequences(consumed);
        adapter = new CommandAdapter(router, log, latency);
        router.ownership().belongsTo(turn::isMine);
    }

    /**
     * Publishes a stretch of frames, for the caller to {@link #consume}.
     *
     * @param readNs when its bytes arrived, {@link System#nanoTime}; 0 if it isn't timed
     * @return its sequence; {@link #isConsumed} says when the frames may be reused. {@link #FULL}
     *     if the ring has no room.
     */
    public long offer(Sender sender, FrameBlock frames, long readNs) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            return FULL;
        }
        ring.get(sequence).frames(sender, frames, readNs);
        ring.publish(sequence);
        return sequence;
    }

    /** Publishes a command, for the caller to {@link #consume}; false if the ring has no room. */
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
     * Publishes a command and has it done, waiting for room. For threads that may wait; never for
     * an I/O loop or the routing thread.
     */
    public void put(RouterCommand command) {
        long sequence = ring.next();
        ring.get(sequence).command(command);
        ring.publish(sequence);
        wakeUp.run();
    }

    /**
     * As {@link #put(RouterCommand)}, but not for ever.
     *
     * @param timeoutNs how long it waits for room; at least 1
     * @return false if there was none
     */
    public boolean put(RouterCommand command, long timeoutNs) {
        long startNs = System.nanoTime();
        while (!offer(command)) {
            if (System.nanoTime() - startNs >= timeoutNs) {
                return false;
            }
            LockSupport.parkNanos(this, PAUSE_NS);
        }
        wakeUp.run();
        return true;
    }

    /** As {@link #put(RouterCommand)}, but without waiting: false if there is no room. */
    public boolean tryPut(RouterCommand command) {
        if (!offer(command)) {
            return false;
        }
        wakeUp.run();
        return true;
    }

    /**
     * Has the router look at what services have said: who has the turn does that before giving it
     * up, so nobody is woken for it then. Any thread, after it has said something; doesn't wait.
     */
    public void lookAtServices() {
        // Between what was said and looking whether that is known, and between telling of it and
        // looking who has the turn: neither may be early.
        VarHandle.fullFence();
        if (!servicesSpoke) {
            servicesSpoke = true;
            VarHandle.fullFence();
        }
        if (!turn.isTaken()) {
            wakeUp.run();
        }
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

    /** Whether there is something to consume, and nobody who does. */
    boolean isWaiting() {
        return !turn.isTaken() && (!isEmpty() || hasWork || servicesSpoke);
    }

    private boolean isEmpty() {
        return ring.getCursor() == consumed.get();
    }

    /**
     * Consumes all there is, unless somebody is at it. A call from within is without effect, since
     * the call it is within goes on until nothing is left.
     */
    public void drain() {
        consume(Integer.MAX_VALUE);
    }

    /**
     * Sees to it that what was published is consumed: by the caller, by who is at it already, or,
     * where that is more than the caller may do, by who is woken for the rest.
     *
     * @param most entries that the caller may consume
     */
    void consume(int most) {
        boolean more = false;
        if (most > 0) {
            if (!turn.tryTake()) {
                return;
            }
            try {
                adapter.begin(most);
                while (adapter.goesOn()
                        && poller.poll(adapter) == EventPoller.PollState.PROCESSING) {
                    // what was published meanwhile comes next
                }
                if (servicesSpoke) {
                    servicesSpoke = false;
                    // Before it looks: what comes behind that is told anew.
                    VarHandle.fullFence();
                }
                more = adapter.workOff();
                if (more != hasWork) {
                    hasWork = more;
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                turn.giveUp();
            }
        }
        if (!isEmpty() || servicesSpoke) {
            wakeUp.run();
        } else if (more) {
            workLater.run();
        }
    }

    /** Nobody waits at the ring's barrier, and who publishes says itself who is to consume. */
    private static final class Polled implements WaitStrategy {
        @Override
        public long waitFor(
                long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
                throws AlertException {
            throw new UnsupportedOperationException("the ring is polled");
        }

        @Override
        public void signalAllWhenBlocking() {
            // nobody blocks
        }
    }
}
