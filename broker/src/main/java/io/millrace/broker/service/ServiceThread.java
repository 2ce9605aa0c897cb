package io.millrace.broker.service;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.Doorbell;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.PendingBound;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The thread of a service: has it hear what has come, and sleeps while there is nothing and nothing
 * is due. To the router it is the service's {@link FarEnd}.
 */
public final class ServiceThread implements Runnable, FarEnd {
    /** Messages that a service hears before it is asked what is due. */
    private static final int MESSAGES_IN_A_ROW = 64;

    /** A service that there was no room for is asked again so soon. */
    private static final long LOOK_FOR_ROOM_NS = 1_000_000;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Service service;
    private final ServerLog log;
    private final Thread thread;
    private final Doorbell doorbell = new Doorbell();
    private final BooleanSupplier nothingToDo = this::nothingToDo;
    private volatile Port port;
    private volatile boolean stopped;

    /** Makes it; {@link #start} starts it. */
    @SuppressWarnings("NullAway.Init")
    public ServiceThread(Service service, ServerLog log) {
        this.service = service;
        this.log = log;
        thread = new Thread(this, "millrace-" + service.name());
    }

    /** Starts it with its way to the router. */
    public void start(Port way) {
        port = way;
        thread.start();
    }

    @Override
    public void run() {
        attempt(() -> service.start(port));
        port.flush();
        while (!stopped) {
            boolean more = hear();
            long dueNs = poll();
            port.flush();
            if (!more) {
                sleep(dueNs);
            }
        }
        attempt(service::stop);
        port.flush();
    }

    /** Has it hear some of what has come; whether there may be more. */
    private boolean hear() {
        int heard = 0;
        while (!stopped && heard < MESSAGES_IN_A_ROW && !service.isFull()) {
            if (!port.next()) {
                break;
            }
            hearOne();
            heard++;
        }
        if (heard > 0) {
            port.taken();
        }
        return heard == MESSAGES_IN_A_ROW;
    }

    private void hearOne() {
        try {
            port.hear(service);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private long poll() {
        long nowNs = System.nanoTime();
        try {
            return service.onPoll(nowNs);
        } catch (RuntimeException | Error e) {
            failed(e);
            return nowNs + Duration.ofSeconds(1).toNanos();
        }
    }

    private void sleep(long dueNs) {
        long leftNs = dueNs - System.nanoTime();
        if (port.hasLackedRoom()) {
            leftNs = Math.min(leftNs, LOOK_FOR_ROOM_NS);
        }
        if (leftNs > 0 && doorbell.maySleep(nothingToDo)) {
            LockSupport.parkNanos(this, leftNs);
            doorbell.awake();
        }
    }

    private boolean nothingToDo() {
        boolean hears = port.isWaiting() && !service.isFull();
        return !stopped && !hears && !service.isWaiting();
    }

    /** What goes wrong with one message is no reason to leave out the others. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable why) {
        log.error("The service " + service.name() + " failed: " + why);
    }

    /**
     * Has it end, and waits for that; what it says in the end has been said then.
     *
     * @return whether it has ended; if not, it is stuck in something
     */
    public boolean stop() throws InterruptedException {
        stopped = true;
        if (!thread.isAlive()) {
            return true;
        }
        LockSupport.unpark(thread);
        return thread.join(STOP_TIMEOUT);
    }

    // --- what the router asks, on its thread

    @Override
    public void flush() {
        ring();
    }

    /** Wakes it if it sleeps. Any thread, after it has brought something. */
    public void ring() {
        if (doorbell.ring()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close(CloseReason reason) {
        log.error("The service " + service.name() + " is closed: " + reason.text());
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** What a service says isn't held back: it is told when there is no room for more. */
    @Override
    public boolean stall(OutboundQueue slow, PendingBound bound) {
        return false;
    }

    @Override
    public void reconfigure() {
        // It has no limits that change.
    }
}
