package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.SidText;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

/** One client's interest in one subject. */
public final class Subscription extends Interest {
    /** With the text of its sid, its entry in the client's map, and its places in arrays. */
    private static final int OBJECT_BYTES = 176;

    public final Peer peer;
    public final Account account;
    public final SidText sid;

    /** Keeps denied messages away; null if there is nothing to keep. */
    public Permissions.@Nullable DeliveryFilter filter;

    /** Messages delivered so far. */
    public long delivered;

    /** Messages after which it ends by itself; 0 for never. */
    public long max;

    public boolean closed;

    /** Whether other servers know of it. */
    public boolean told = true;

    /** How many its client had made before, and its place among them: its client's to set. */
    public long number;

    int order;

    public Subscription(Peer peer, Account account, byte[] subject, byte[] queue, SidText sid) {
        super(subject, queue, 1);
        this.peer = peer;
        this.account = account;
        this.sid = sid;
    }

    /** Interest of which it is known that it is what somebody here has asked for. */
    public static Subscription of(Interest known) {
        return (Subscription) known;
    }

    @Override
    public int ownBytes() {
        return OBJECT_BYTES + textBytes() + 2 * arrayBytes(sid.length());
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public boolean isEnding() {
        return peer.closing;
    }
}
