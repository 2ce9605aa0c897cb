package io.millrace.broker.routing.peer;

/** Answers that a peer awaits from other accounts. Routing thread. */
public interface Awaited {
    /** Nobody waits for them any more. */
    void release();
}
