package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;

/**
 * What the router asks of a client's connection. Each call returns at once; the connection's I/O
 * loop does what is asked.
 */
public interface FarEnd {
    /** Sends what was published to the client's outbound queue. */
    void flush();

    /**
     * Sends what is queued, as far as the client takes it, and closes the connection. Only the
     * first reason counts.
     */
    void close(CloseReason reason);

    /**
     * Stops reading from the client for a moment, because one of its consumers is nearly too slow.
     *
     * @param slow the consumer's queue
     * @param bound of that queue: once it has {@linkplain PendingBound#caughtUpBytes caught up},
     *     reading may go on
     * @return false if the client is stalled already
     */
    boolean stall(OutboundQueue slow, PendingBound bound);

    /**
     * Has somebody told, once, when the client isn't held back any more. Called right behind a
     * {@link #stall} that has begun; it may be over by then.
     */
    default void whenGoesOn(Runnable over) {}

    /** Other limits hold from here on. */
    void reconfigure();
}
