package io.millrace.broker.routing;

import io.millrace.broker.delivery.SidText;

import org.jspecify.annotations.Nullable;

/** One client's interest in one subject. */
public final class Subscription extends Interest {
    final Client client;
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

    Subscription(Client client, byte[] subject, byte[] queue, SidText sid) {
        super(subject, queue);
        this.client = client;
        this.sid = sid;
    }
}
