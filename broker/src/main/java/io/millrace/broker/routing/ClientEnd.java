package io.millrace.broker.routing;

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
    int textLength() {
        int length = 0;
        for (SubscriptionSnapshot each : subscriptions) {
            length += each.subject().length() + each.queue().length() + each.sid().length() + 64;
        }
        return length;
    }
}
