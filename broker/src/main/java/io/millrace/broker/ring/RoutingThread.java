package io.millrace.broker.ring;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The routing thread of the dedicated mode: consumes the ring, and parks when it is empty or an I/O
 * loop is at it.
 *
 * <p>It looks a few times more before it parks where there are cores to spare; on two cores it
 * never spins, since it would take the core from the one it waits for. A publisher wakes it only
 * when it is about to sleep or asleep.
 */
public final class RoutingThread implements Runnable {
    private static final int SPIN_CORES = 4;
    private static final int SPINS = 200;

    /** Entries in a row where the thread takes a core from those that fill the ring. */
    private static final int ENTRIES_ON_FEW_CORES = 16;

    /** Time for an I/O loop that has just published to take the turn. */
    private static final long HAND_BACK_NS = 50_000;

    private final int spins;
    private final Thread thread;
    private final Runnable atEnd;
    private final Doorbell doorbell = new Doorbell();
    private final BooleanSupplier nothingToDo = this::nothingToDo;
    private volatile RoutingRing ring;
    private volatile boolean stopped;

    /**
     * Makes the thread; {@link #start} starts it.
     *
     * @param name its name
     * @param cores processors of the machine
     * @param atEnd runs on the thread when it ends
     */
    @SuppressWarnings("NullAway.Init")
    public RoutingThread(String name, int cores, Runnable atEnd) {
        this.spins = cores >= SPIN_CORES ? SPINS : 0;
        this.thread = new Thread(this, name);
        this.atEnd = atEnd;
    }

    public void start(RoutingRing ringToConsume) {
        ring = ringToConsume;
        thread.start();
    }

    /** Wakes the thread if it sleeps. Any thread, after it has published or given up its turn. */
    public void wakeUp() {
        if (doorbell.ring()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            if (spins > 0) {
                ring.drain();
            } else {
                drainOnFewCores();
            }
            await();
        }
        ring.drain();
        atEnd.run();
    }

    /**
     * What one core reads another has to fetch, so with few of them it is best routed where it was
     * read: as soon as the loops have caught up, the turn is theirs again.
     */
    private void drainOnFewCores() {
        ring.consume(ENTRIES_ON_FEW_CORES);
        if (ring.isWaiting()) {
            LockSupport.parkNanos(this, HAND_BACK_NS);
        }
    }

    private void await() {
        for (int i = 0; i < spins; i++) {
            if (ring.isWaiting()) {
                return;
            }
            Thread.onSpinWait();
        }
        if (doorbell.maySleep(nothingToDo)) {
            LockSupport.park(this);
            doorbell.awake();
        }
    }

    private boolean nothingToDo() {
        return !ring.isWaiting() && !stopped;
    }

    /**
     * Consumes what is published, ends, and is waited for, for so long at most.
     *
     * @return whether it has ended; if not, it is stuck in something
     */
    public boolean stop(Duration patience) throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        return thread.join(patience);
    }
}
