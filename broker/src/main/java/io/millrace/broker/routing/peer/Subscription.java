package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.SidText;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** One client's interest in one subject. */
public final class Subscription extends Interest {
    /** With the text of its sid, its entry in the client's map, and its places in arrays. */
    private static final int OBJECT_BYTES = 176;

    /** Without the text of a sid and an entry of its own. */
    private static final int COPY_BYTES = 96;

    /** What is not known by an import. */
    private static final Subscription[] NONE = {};

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

    /** The import by which it stands in the index of another account; null for none. */
    public final @Nullable ImportedStream through;

    /** Whose copy it is in the index of the exporting account; itself if it is none. */
    public final Subscription original;

    /** Its copies in the indexes of accounts whose messages its own account imports. */
    private Subscription[] copies = NONE;

    /** How many its client had made before, and its place among them: its client's to set. */
    public long number;

    int order;

    public Subscription(Peer peer, Account account, byte[] subject, byte[] queue, SidText sid) {
        super(subject, queue, 1);
        this.peer = peer;
        this.account = account;
        this.sid = sid;
        through = null;
        original = this;
    }

    private Subscription(Subscription original, ImportedStream through, byte[] subject) {
        super(subject, original.queue, 1);
        peer = original.peer;
        account = through.exporter;
        sid = original.sid;
        told = original.told;
        this.through = through;
        this.original = original;
    }

    /**
     * Makes its copy in the account that exports a stream.
     *
     * @param exported what it asks for there
     */
    public Subscription copy(ImportedStream stream, byte[] exported) {
        Subscription copy = new Subscription(this, stream, exported);
        copies = Arrays.copyOf(copies, copies.length + 1);
        copies[copies.length - 1] = copy;
        return copy;
    }

    /** Its copies in the accounts that export what it asks for. */
    public List<Subscription> copies() {
        return List.of(copies);
    }

    /** Whether it has a copy because of an import. */
    public boolean isCopiedBy(ImportedStream stream) {
        for (Subscription copy : copies) {
            if (copy.through == stream) {
                return true;
            }
        }
        return false;
    }

    public boolean hasCopies() {
        return copies.length > 0;
    }

    /** A copy is no more. */
    public void forget(Subscription copy) {
        copies = Arrays.stream(copies).filter(each -> each != copy).toArray(Subscription[]::new);
    }

    /** It gets nothing any more, be it through imports. */
    public void close() {
        closed = true;
        for (Subscription copy : copies) {
            copy.closed = true;
        }
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

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public boolean isEnding() {
        return peer.closing;
    }
}
