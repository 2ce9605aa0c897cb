package io.millrace.broker.routing;

import io.millrace.broker.delivery.SidText;

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

    boolean isQueue() {
        return queue.length > 0;
    }
}
