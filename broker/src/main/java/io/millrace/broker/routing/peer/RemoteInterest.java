package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.match.Interest;

import org.jspecify.annotations.Nullable;

/** What another server has told of interest in one subject: its clients', or that of others. */
public final class RemoteInterest extends PeerInterest {
    /** With its entry in the map of the one that told it. */
    private static final int OBJECT_BYTES = 152;

    /**
     * Whether it is a leaf node's, which another server of the cluster has told, or the leaf node.
     */
    public final boolean leaf;

    /** The cluster of the leaf node; empty for a client's, and where that isn't known. */
    public final String origin;

    /** What isn't wanted all the same; null for nothing. */
    public @Nullable Unwanted unwanted;

    /** Messages that were sent because of it, of several interests the first that matched. */
    public long forwarded;

    /** What a server has told of its clients. */
    public RemoteInterest(Peer peer, Account account, byte[] subject, byte[] queue, int weight) {
        this(peer, account, null, subject, queue, weight, peer.kind.isLeaf(), peer.cluster.name());
    }

    /** What a server of the cluster has told of a leaf node. */
    public RemoteInterest(
            Peer peer, Account account, byte[] subject, byte[] queue, int weight, String origin) {
        this(peer, account, null, subject, queue, weight, true, origin);
    }

    private RemoteInterest(
            Peer peer,
            Account account,
            @Nullable ImportedStream through,
            byte[] subject,
            byte[] queue,
            int weight,
            boolean leaf,
            String origin) {
        super(peer, account, through, subject, queue, weight);
        this.leaf = leaf;
        this.origin = origin;
    }

    @Override
    RemoteInterest copied(ImportedStream stream, byte[] exported) {
        return new RemoteInterest(
                peer, stream.exporter, stream, exported, queue, weight, leaf, origin);
    }

    /** Interest of which it is known that it is what another server has told. */
    public static RemoteInterest of(Interest known) {
        return (RemoteInterest) known;
    }

    @Override
    public int ownBytes() {
        return OBJECT_BYTES
                + textBytes()
                + arrayBytes(account.name.length() + subject.length + queue.length + 2)
                + originBytes();
    }

    /** Of the cluster, which every line of a route names anew, and the key with it. */
    private int originBytes() {
        return leaf && peer.kind == PeerKind.ROUTE && through == null
                ? 2 * arrayBytes(origin.length() + 1)
                : 0;
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public boolean isFar() {
        return leaf || peer.kind == PeerKind.GATEWAY;
    }
}
