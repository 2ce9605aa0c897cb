package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.SidText;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

/** One client's interest in one subject. */
public final class Subscription extends PeerInterest {
    /** With the text of its sid, its entry in the client's map, and its places in arrays. */
    private static final int OBJECT_BYTES = 176;

    /** Without the text of a sid and an entry of its own. */
    private static final int COPY_BYTES = 96;

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

    /** Whose copy it is in the index of the exporting account; itself if it is none. */
    public final Subscription original;

    /** How many its client had made before, and its place among them: its client's to set. */
    public long number;

    int order;

    /**
     * The number by which a service knows it; negative where each account has one of that number.
     */
    public int serviceSid;

    public Subscription(Peer peer, Account account, byte[] subject, byte[] queue, SidText sid) {
        super(peer, account, null, subject, queue, 1);
        this.sid = sid;
        original = this;
    }

    private Subscription(Subscription original, ImportedStream through, byte[] subject) {
        super(original.peer, through.exporter, through, subject, original.queue, 1);
        sid = original.sid;
        told = original.told;
        this.original = original;
    }

    @Override
    Subscription copied(ImportedStream stream, byte[] exported) {
        return new Subscription(this, stream, exported);
    }

    @Override
    void end() {
        closed = true;
    }

    /** Interest of which it is known that it is what somebody here has asked for. */
    public static Subscription of(Interest known) {
        return (Subscription) known;
    }

    @Override
    public int ownBytes() {
        return through == null
                ? OBJECT_BYTES + textBytes() + 2 * arrayBytes(sid.length())
                : COPY_BYTES + textBytes();
    }
}
