package io.millrace.broker.routing;

import java.nio.charset.StandardCharsets;

/**
 * A subscription at some moment.
 *
 * @param cid the connection it belongs to
 * @param queue the queue group; empty for none
 * @param delivered messages so far
 * @param max messages after which it ends; 0 for never
 */
public record SubscriptionSnapshot(
        long cid,
        String account,
        String subject,
        String queue,
        String sid,
        long delivered,
        long max) {
    static SubscriptionSnapshot of(Subscription subscription) {
        return new SubscriptionSnapshot(
                subscription.client.id,
                subscription.client.account.name,
                text(subscription.subject),
                text(subscription.queue),
                text(subscription.sid.sid()),
                subscription.delivered,
                subscription.max);
    }

    private static String text(byte[] bytes) {
        return bytes.length == 0 ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
