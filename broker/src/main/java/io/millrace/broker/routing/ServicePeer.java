package io.millrace.broker.routing;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.WatchBoard;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Remote;

/**
 * A service as the router knows it: a peer without a socket.
 *
 * <pre>
 *   router == messages, {@link io.millrace.broker.delivery.MessageRecord} ==▶ service
 *   router ◀== {@link io.millrace.broker.delivery.CommandRecord} ==================== service
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

    private final ServiceTerms terms;

    /** What its watches have to tell it. */
    private final WatchBoard board = new WatchBoard();

    // Those that came where all may ask: routing thread, and the service's.
    private long asked;
    private long hears;
    private volatile long heard;

    /** Which round of counting what is asked belongs to, and what was asked when it began. */
    private long round;

    private long askedBefore;

    // Messages it hasn't got: as the routing thread counts, and as others see it.
    private long misses;
    private volatile long missed;

    /** Makes one that is treated like most. */
    public ServicePeer(String name, long id, FarEnd end, ChunkPool chunks) {
        this(name, id, end, chunks, ServiceTerms.MODEST);
    }

    /**
     * Makes one.
     *
     * @param name what log lines call it
     * @param id its number among all peers
     * @param end rung when there are messages for it
     * @param chunks the router's
     */
    public ServicePeer(String name, long id, FarEnd end, ChunkPool chunks, ServiceTerms terms) {
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
        peer.echo = terms.echo();
        peer.ownBound = terms.bound();
        peer.unansweredBound = terms.unansweredBound();
        this.terms = terms;
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

    /** What its watches have to tell it: from the routing thread to the service's. */
    public WatchBoard board() {
        return board;
    }

    ServiceTerms terms() {
        return terms;
    }

    /** Whether one more may wait for it where all may ask. */
    boolean mayBeAsked() {
        if (asked - heard < terms.mostRequests()) {
            return true;
        }
        passOver();
        return asked - heard < terms.mostRequests();
    }

    /** Where nothing waits, it has passed over what it hasn't heard for want of memory. */
    private void passOver() {
        if (!messages().isPendingOver(0)) {
            asked = heard;
            askedBefore = Math.min(askedBefore, asked);
        }
    }

    /**
     * The round of counting: another one begins when all has been heard that was asked before this
     * one did.
     */
    long round() {
        if (heard < askedBefore) {
            passOver();
        }
        if (heard >= askedBefore) {
            round++;
            askedBefore = asked;
        }
        return round;
    }

    /** One more waits. */
    void asks() {
        asked++;
    }

    /** One waits no more. The service's thread. */
    public void hears() {
        hears++;
        heard = hears;
    }

    /** A message was for it that it doesn't get, not even as refused. */
    void misses() {
        misses++;
        missed = misses;
    }

    /** Messages that were for it and that it hasn't got, not even as refused. Any thread. */
    public long missed() {
        return missed;
    }

    /** Frees both queues; neither thread is at them any more. */
    void release() {
        peer.outbound.release();
        said.release();
        saidChunks.close();
    }
}
