package io.millrace.broker.ring;

import com.lmax.disruptor.EventPoller;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Defects;
import io.millrace.broker.routing.peer.Fairness;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.FrameBlock;

/**
 * The router's side of the ring: takes entries out and calls the router. Runs on the routing
 * thread.
 *
 * <p>What a batch of entries caused is flushed at its end. A defect in the router ends neither the
 * thread nor the batch: it is logged with its trace, and the peer whose stretch it cut short is
 * closed, since nobody could tell which of its commands were done.
 */
final class CommandAdapter implements EventPoller.Handler<RoutingEvent> {
    /** Entries after which is flushed even within a batch, so that no reply waits for long. */
    private static final int FLUSH_EVERY = 16;

    private final Router router;
    private final ServerLog log;
    private final StageRecorder latency;
    private int unflushed;

    /** Entries that may be taken before somebody else's turn. */
    private int left;

    // Of the first stretch of the batch that is timed; 0 while there is none.
    private long readNs;
    private long routedNs;

    CommandAdapter(Router router, ServerLog log, StageRecorder latency) {
        this.router = router;
        this.log = log;
        this.latency = latency;
    }

    /** Somebody's turn begins. */
    void begin(int most) {
        left = most;
    }

    /** Whether the turn isn't over yet. */
    boolean goesOn() {
        return left > 0;
    }

    @Override
    public boolean onEvent(RoutingEvent event, long sequence, boolean endOfBatch) {
        FrameBlock frames = event.frames;
        Sender sender = event.sender;
        RouterCommand command = event.command;
        event.clear();
        try {
            if (frames != null && sender != null) {
                long nowNs = System.nanoTime();
                if (event.readNs != 0) {
                    time(event.readNs, nowNs);
                }
                int count = frames.count();
                router.onFrames(sender, frames, nowNs);
                if (Fairness.isMeasured(count)) {
                    sender.peer().fairness().routed(count, System.nanoTime() - nowNs);
                }
            } else if (command != null) {
                command.run(router);
            }
        } catch (RuntimeException | Error e) {
            if (sender == null) {
                logDefect(e);
            } else {
                router.onDefect(sender.peer(), e);
            }
        }
        unflushed++;
        left--;
        if (endOfBatch || !goesOn() || unflushed == FLUSH_EVERY) {
            unflushed = 0;
            flush();
        }
        return goesOn();
    }

    /** Has the router do a little of what can wait; whether there is more. Behind a batch. */
    boolean workOff() {
        if (!router.hasWork()) {
            return false;
        }
        boolean more = false;
        try {
            more = router.workOff();
        } catch (RuntimeException | Error e) {
            logDefect(e);
        }
        flush();
        return more;
    }

    private void time(long stretchReadNs, long nowNs) {
        latency.record(Stage.READ_TO_ROUTE, nowNs - stretchReadNs);
        if (readNs == 0) {
            readNs = stretchReadNs;
            routedNs = nowNs;
        }
    }

    private void flush() {
        try {
            router.flush(readNs);
        } catch (RuntimeException | Error e) {
            logDefect(e);
        }
        if (readNs != 0) {
            readNs = 0;
            latency.record(Stage.ROUTE_TO_FLUSH, System.nanoTime() - routedNs);
        }
    }

    private void logDefect(Throwable defect) {
        log.error("Routing failed: " + Defects.trace(defect));
    }
}
