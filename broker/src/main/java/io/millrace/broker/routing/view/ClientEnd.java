package io.millrace.broker.routing.view;

import io.millrace.broker.delivery.CloseReason;

import java.time.Instant;
import java.util.List;

/**
 * How a client ended.
 *
 * @param subscriptions what it was subscribed to; empty if that is too much to remember
 */
public record ClientEnd(
        Instant stopped, CloseReason reason, List<SubscriptionSnapshot> subscriptions) {
    /** With its time and its list. */
    private static final int OBJECT_BYTES = 96;

    /** About what it takes up on the heap. */
    int bytes() {
        int bytes = OBJECT_BYTES;
        for (SubscriptionSnapshot each : subscriptions) {
            bytes += each.bytes();
        }
        return bytes;
    }
}
