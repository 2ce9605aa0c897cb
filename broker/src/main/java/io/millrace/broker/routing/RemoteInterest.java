package io.millrace.broker.routing;

/** What a server of the cluster has told of its clients' interest in one subject. */
final class RemoteInterest extends Interest {
    /** With its entry in the route's map. */
    private static final int OBJECT_BYTES = 144;

    final Peer peer;
    final Account account;

    /** Members of the queue group there; 1 without one. */
    final int weight;

    /** Messages that were sent because of it, of several interests the first that matched. */
    long forwarded;

    RemoteInterest(Peer peer, Account account, byte[] subject, byte[] queue, int weight) {
        super(subject, queue);
        this.peer = peer;
        this.account = account;
        this.weight = weight;
    }

    @Override
    int ownBytes() {
        return OBJECT_BYTES
                + textBytes()
                + arrayBytes(account.name.length() + subject.length + queue.length + 2);
    }
}
