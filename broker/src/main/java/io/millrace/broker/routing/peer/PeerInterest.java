package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A peer's interest in one subject, with its copies in the indexes of the accounts whose messages
 * its own account imports. Routing thread.
 */
public abstract sealed class PeerInterest extends Interest permits Subscription, RemoteInterest {
    public final Peer peer;

    /** Where it stands in the index. */
    public final Account account;

    /** The import by which it stands in the index of another account; null for none. */
    public final @Nullable ImportedStream through;

    /** Its copies; nearly none has any. */
    private List<PeerInterest> copies = List.of();

    PeerInterest(
            Peer peer,
            Account account,
            @Nullable ImportedStream through,
            byte[] subject,
            byte[] queue,
            int weight) {
        super(subject, queue, weight);
        this.peer = peer;
        this.account = account;
        this.through = through;
    }

    /** Makes a copy of its own kind. */
    abstract PeerInterest copied(ImportedStream stream, byte[] exported);

    /**
     * It gets nothing any more by itself; nothing is to be done for one that another server told.
     */
    void end() {}

    /**
     * Makes its copy in the account that exports a stream.
     *
     * @param exported what it asks for there
     */
    public PeerInterest copy(ImportedStream stream, byte[] exported) {
        PeerInterest copy = copied(stream, exported);
        if (copies.isEmpty()) {
            copies = new ArrayList<>(1);
        }
        copies.add(copy);
        return copy;
    }

    /** Its copies in the accounts that export what it asks for, as they are now. */
    public List<PeerInterest> copies() {
        return List.copyOf(copies);
    }

    /** Whether it has a copy because of an import. */
    public boolean isCopiedBy(ImportedStream stream) {
        for (PeerInterest copy : copies) {
            if (copy.through == stream) {
                return true;
            }
        }
        return false;
    }

    public boolean hasCopies() {
        return !copies.isEmpty();
    }

    /** A copy is no more. */
    public void forget(PeerInterest copy) {
        copy.end();
        copies.remove(copy);
        if (copies.isEmpty()) {
            copies = List.of();
        }
    }

    /** Has the copies of another one in whose place it is. */
    public void inherit(PeerInterest former) {
        copies = former.copies;
        former.copies = List.of();
    }

    /** It gets nothing any more, be it through imports. */
    public void close() {
        end();
        for (PeerInterest copy : copies) {
            copy.end();
        }
    }

    @Override
    public boolean isEnding() {
        return peer.closing;
    }
}
