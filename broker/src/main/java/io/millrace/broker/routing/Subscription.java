package io.millrace.broker.routing;

import io.millrace.broker.delivery.SidText;

import org.jspecify.annotations.Nullable;

/** One client's interest in one subject. */
public final class Subscription extends Interest {
    /** With the text of its sid, its entry in the client's map, and its places in arrays. */
    private static final int OBJECT_BYTES = 176;

    final Peer peer;
    final Account account;
    final SidText sid;

    /** Keeps denied messages away; null if there is nothing to keep. */
    Permissions.@Nullable DeliveryFilter filter;

    /** Messages delivered so far. */
    long delivered;

    /** Messages after which it ends by itself; 0 for never. */
    long max;

    boolean closed;

    /** Whether other servers know of it. */
    boolean told = true;

    /** How many its client had made before, and its place among them: its client's to set. */
    long number;

    int order;

    Subscription(Peer peer, Account account, byte[] subject, byte[] queue, SidText sid) {
        super(subject, queue);
        this.peer = peer;
        this.account = account;
        this.sid = sid;
    }

    @Override
    int ownBytes() {
        return OBJECT_BYTES + textBytes() + 2 * arrayBytes(sid.length());
    }
}
