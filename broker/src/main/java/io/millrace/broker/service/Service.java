package io.millrace.broker.service;

import io.millrace.broker.routing.ServiceTerms;

/**
 * Something in the server that gets messages and sends them. All calls come on one thread, the
 * service's own, which may be that of several services; none may block for long.
 */
public interface Service {
    /** What its thread and log lines are called after; lower case. */
    String name();

    /** How the router treats it. */
    default ServiceTerms terms() {
        return ServiceTerms.MODEST;
    }

    /**
     * It begins.
     *
     * @param port its way to the router; to be used on the service's thread only
     */
    void start(ServicePort port);

    /**
     * A message has come for one of its subscriptions.
     *
     * @param message valid until this returns
     */
    void onMessage(ServiceMessage message);

    /**
     * Somebody hears from here on what it {@linkplain ServicePort#watch watches}, or nobody does
     * any more: once soon after the watch began, and when that changes. What changes quickly may
     * not be told each time; how it is in the end always is.
     *
     * @param watch the number of the watch, which hasn't been ended
     */
    default void onInterest(int watch, boolean interested) {}

    /**
     * Called behind each batch of messages, and from time to time where none come: for what is due.
     *
     * @param nowNs {@link System#nanoTime}
     * @return when it wants to be called again at the latest, {@link System#nanoTime}
     */
    long onPoll(long nowNs);

    /** It ends; what it says now is the last that is heard of it. */
    default void stop() {}

    /**
     * Whether something else than a message waits for it, of which whoever brought it has told by
     * ringing; asked before its thread sleeps. On the service's thread.
     */
    default boolean isWaiting() {
        return false;
    }

    /**
     * Whether it takes no more messages for now: they wait until it has been polled again. On the
     * service's thread.
     */
    default boolean isFull() {
        return false;
    }
}
