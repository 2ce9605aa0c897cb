package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Traffic;

/** What the server has counted since its start. Routing thread. */
public final class Counters {
    public final Traffic traffic = new Traffic();

    /** What of it has crossed routes. */
    public final Traffic routed = new Traffic();

    /** What of it has crossed leaf nodes' connections. */
    public final Traffic leaves = new Traffic();

    /** What of it has come from other clusters or gone there. */
    public final Traffic gateways = new Traffic();

    public long connections;
    public long slowConsumers;
    public long staleConnections;
    private final long[] slow = new long[PeerKind.values().length];
    private final long[] stale = new long[PeerKind.values().length];
    public long stalls;
    public long inserts;
    public long removes;

    /** A peer has sent messages. */
    public void in(Peer peer, long messages, long bytes) {
        traffic.in(messages, bytes);
        peer.counted.in(messages, bytes);
    }

    /** Counts what was sent to a peer since the last call; whether there was anything. */
    boolean out(Peer peer) {
        long messages = peer.outMessages - peer.outMessagesCounted;
        if (messages == 0) {
            return false;
        }
        long bytes = peer.outBytes - peer.outBytesCounted;
        peer.outMessagesCounted = peer.outMessages;
        peer.outBytesCounted = peer.outBytes;
        traffic.out(messages, bytes);
        peer.counted.out(messages, bytes);
        return true;
    }

    /** As the reference: a route that goes on to be slow is still the same slow one. */
    void slowConsumer(Peer peer) {
        slowConsumers++;
        slow[peer.kind.ordinal()] += peer.kind == PeerKind.ROUTE && peer.late ? 0 : 1;
        if (peer.account != null) {
            peer.account.slowConsumers++;
        }
    }

    /** How often peers of a kind were too slow. */
    public long slow(PeerKind kind) {
        return slow[kind.ordinal()];
    }

    void staleConnection(Peer peer) {
        staleConnections++;
        stale[peer.kind.ordinal()]++;
    }

    /** How many peers of a kind gave no sign of life. */
    public long stale(PeerKind kind) {
        return stale[kind.ordinal()];
    }
}
