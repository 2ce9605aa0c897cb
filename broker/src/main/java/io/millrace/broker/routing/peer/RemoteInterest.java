package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.Interest;

/** What a server of the cluster has told of its clients' interest in one subject. */
public final class RemoteInterest extends Interest {
    /** With its entry in the route's map. */
    private static final int OBJECT_BYTES = 144;

    public final Peer peer;
    public final Account account;

    /** Messages that were sent because of it, of several interests the first that matched. */
    public long forwarded;

    public RemoteInterest(Peer peer, Account account, byte[] subject, byte[] queue, int weight) {
        super(subject, queue, weight);
        this.peer = peer;
        this.account = account;
    }

    /** Interest of which it is known that it is what another server has told. */
    public static RemoteInterest of(Interest known) {
        return (RemoteInterest) known;
    }

    @Override
    public int ownBytes() {
        return OBJECT_BYTES
                + textBytes()
                + arrayBytes(account.name.length() + subject.length + queue.length + 2);
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public boolean isEnding() {
        return peer.closing;
    }
}
