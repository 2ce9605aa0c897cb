package io.millrace.broker.routing;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Remote;

/**
 * A service as the router knows it: a peer without a socket.
 *
 * <pre>
 *   router == messages, {@link io.millrace.broker.delivery.MessageRecord} ==▶ service
 *   router ◀== commands, each behind the name of its account ================ service
 * </pre>
 *
 * <p>Both ways are queues of records with one thread at each end. The service appends to the second
 * one, so its chunks come from a pool of the service's own.
 */
public final class ServicePeer {
    final Peer peer;

    /** What the service says; the service's thread appends to it. */
    private final OutboundQueue said;

    private final ChunkPool saidChunks;

    /**
     * Makes one.
     *
     * @param name what log lines call it
     * @param id its number among all peers
     * @param end rung when there are messages for it
     * @param chunks the router's
     */
    public ServicePeer(String name, long id, FarEnd end, ChunkPool chunks) {
        peer =
                new Peer(
                        PeerKind.SERVICE,
                        id,
                        Remote.inProcess("", 0),
                        end,
                        new OutboundQueue(chunks));
        peer.name = name;
        peer.label = "service:" + name;
        peer.headers = true;
        // What it says is news to others, not to itself.
        peer.echo = false;
        saidChunks = chunks.sibling();
        said = new OutboundQueue(saidChunks, peer.debtor);
    }

    /** The messages for it. The service's thread reads them. */
    public OutboundQueue messages() {
        return peer.outbound;
    }

    /** What it says. The service's thread appends to it, and publishes each command whole. */
    public OutboundQueue said() {
        return said;
    }

    /** Frees both queues; neither thread is at them any more. */
    void release() {
        peer.outbound.release();
        said.release();
        saidChunks.close();
    }
}
