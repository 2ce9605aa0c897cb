package io.millrace.broker.routing.view;

import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;

import java.nio.charset.StandardCharsets;

/**
 * A subscription at some moment.
 *
 * @param cid the connection it belongs to; of another server's interest, its route
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
    private static final int OBJECT_BYTES = 64;
    private static final int STRING_BYTES = 40;

    public static SubscriptionSnapshot of(Subscription subscription) {
        return new SubscriptionSnapshot(
                subscription.peer.id,
                subscription.account.name,
                text(subscription.subject),
                text(subscription.queue),
                text(subscription.sid.sid()),
                subscription.delivered,
                subscription.max);
    }

    /** Another server's interest; its sid is what the reference shows there. */
    public static SubscriptionSnapshot of(RemoteInterest interest) {
        String account = interest.account.name;
        String subject = text(interest.subject);
        String queue = text(interest.queue);
        return new SubscriptionSnapshot(
                interest.peer.id,
                account,
                subject,
                queue,
                "R "
                        + (interest.peer.accountName.isEmpty() ? account + " " : "")
                        + subject
                        + (queue.isEmpty() ? "" : " " + queue),
                interest.forwarded,
                0);
    }

    /** About what it takes up on the heap. */
    int bytes() {
        return OBJECT_BYTES + textBytes(subject) + textBytes(queue) + textBytes(sid);
    }

    /** About what a string takes up on the heap: twice its length unless all of it is Latin. */
    static int textBytes(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        boolean latin = text.chars().allMatch(c -> c < 0x100);
        return STRING_BYTES + (latin ? text.length() : 2 * text.length());
    }

    private static String text(byte[] bytes) {
        return bytes.length == 0 ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
