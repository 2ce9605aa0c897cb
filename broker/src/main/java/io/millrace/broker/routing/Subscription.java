package io.millrace.broker.routing;

import io.millrace.broker.delivery.SidText;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/** One client's interest in one subject. */
public final class Subscription {
    final Client client;
    final byte[] subject;

    /** The queue group; empty for none. */
    final byte[] queue;

    final SidText sid;

    /** Keeps denied messages away; null if there is nothing to keep. */
    Permissions.@Nullable DeliveryFilter filter;

    /** Messages delivered so far. */
    long delivered;

    /** Messages after which it ends by itself; 0 for never. */
    long max;

    boolean closed;

    // Its neighbours among the client's, which ClientSubscriptions keeps.
    @Nullable Subscription previousOfClient;
    @Nullable Subscription nextOfClient;

    /** Where it stands in the index; null while it is in none. */
    SubscriptionIndex.@Nullable Node node;

    /** Its place in the node's list. */
    int place;

    Subscription(Client client, byte[] subject, byte[] queue, SidText sid) {
        this.client = client;
        this.subject = subject;
        this.queue = queue;
        this.sid = sid;
    }

    /** About what it takes up on the heap, with its place in the index (measured). */
    long bytes() {
        int tokens = 1;
        for (byte b : subject) {
            if (b == Subject.SEPARATOR) {
                tokens++;
            }
        }
        return 200L + 2L * (subject.length + queue.length) + 100L * tokens;
    }

    boolean isQueue() {
        return queue.length > 0;
    }
}
