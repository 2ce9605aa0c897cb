package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.protocol.ProtocolError;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Signs of life on all peers: PINGs that are sent, PONGs that come, and the end of those who don't
 * answer. Routing thread.
 */
public final class Pings {
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);

    /** After so long the round trip is measured anew, as in the reference. */
    private static final long ROUND_TRIP_AGE_NS = Duration.ofHours(1).toNanos();

    private final Tracer tracer;
    private final Outbox outbox;
    private final Counters counters;

    /** Unanswered PINGs before a peer is stale, by kind. */
    private final int[] mostOut = new int[PeerKind.values().length];

    public Pings(RouterLimits limits, Tracer tracer, Outbox outbox, Counters counters) {
        use(limits);
        this.tracer = tracer;
        this.outbox = outbox;
        this.counters = counters;
    }

    public void use(RouterLimits limits) {
        for (PeerKind kind : PeerKind.values()) {
            if (kind != PeerKind.ROUTE) {
                allow(kind, limits.maxPingsOut());
            }
        }
    }

    /** Peers of a kind may leave so many unanswered, from here on. */
    public void allow(PeerKind kind, int most) {
        mostOut[kind.ordinal()] = most;
    }

    /** It is time for a sign of life. */
    public void onTimer(Peer peer, boolean alive, boolean spared, long nowNs) {
        if (peer.closing) {
            return;
        }
        String kind = peer.kind.text();
        outbox.debug(peer, kind + " Ping Timer");
        if (alive) {
            // One may still be on its way back; the others were to find out what is known now.
            peer.pingsOut = Math.min(peer.pingsOut, 1);
        }
        if (spared && (peer.pingsOut > 0 || isRoundTripKnown(peer, nowNs))) {
            return;
        }
        if (!alive && peer.pingsOut + 1 > mostOut[peer.kind.ordinal()]) {
            counters.staleConnection(peer);
            outbox.debug(peer, "Stale " + kind + " Connection - Closing");
            outbox.fail(peer, ProtocolError.STALE_CONNECTION, CloseReason.STALE_CONNECTION);
            return;
        }
        ping(peer, nowNs);
    }

    private static boolean isRoundTripKnown(Peer peer, long nowNs) {
        return peer.measured && nowNs - peer.pingSentNs < ROUND_TRIP_AGE_NS;
    }

    /** Asks for a sign of life. */
    public void ping(Peer peer, long nowNs) {
        peer.pingsOut++;
        peer.pingSentNs = nowNs;
        if (tracer.isOn()) {
            tracer.out(peer, "PING");
        }
        outbox.send(peer, PING);
    }

    /** Gives a sign of life. */
    public void pong(Peer peer) {
        if (tracer.isOn()) {
            tracer.out(peer, "PONG");
        }
        outbox.send(peer, PONG);
    }

    /** A sign of life came, which says how long the way is if it was asked for. */
    public static void onPong(Peer peer, long nowNs) {
        if (peer.pingsOut > 0) {
            peer.rttNs = Math.max(1, nowNs - peer.pingSentNs);
            peer.measured = true;
        }
        peer.pingsOut = 0;
    }
}
