package io.millrace.broker.connection;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Until when something must have come, one thing at a time. Belongs to an event loop.
 *
 * <p>It is for what comes but once in a connection's life; what is awaited again and again has its
 * place in {@link DeadlineWheel}.
 */
public final class TimeLimit {
    private @Nullable ScheduledFuture<?> waiting;

    /**
     * Waits for something; not for what it has waited for before.
     *
     * @param otherwise is done on the loop if {@link #end} isn't called in time
     */
    public void begin(EventExecutor loop, Duration time, Runnable otherwise) {
        end();
        waiting = loop.schedule(otherwise, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** It came, or isn't of interest any more. */
    public void end() {
        ScheduledFuture<?> over = waiting;
        if (over != null) {
            over.cancel(false);
            waiting = null;
        }
    }
}
