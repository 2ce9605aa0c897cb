package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.protocol.ProtocolError;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Signs of life on all links: PINGs that are sent, PONGs that come, and the end of those who don't
 * answer. Routing thread.
 */
final class Pings {
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);

    /** After so long the round trip is measured anew, as in the reference. */
    private static final long ROUND_TRIP_AGE_NS = Duration.ofHours(1).toNanos();

    private final Tracer tracer;
    private final Outbox outbox;
    private final Counters counters;
    private RouterLimits limits;

    Pings(RouterLimits limits, Tracer tracer, Outbox outbox, Counters counters) {
        this.limits = limits;
        this.tracer = tracer;
        this.outbox = outbox;
        this.counters = counters;
    }

    void use(RouterLimits newLimits) {
        limits = newLimits;
    }

    /** It is time for a sign of life; see {@link Router#onPingTimer}. */
    void onTimer(Link link, boolean alive, boolean spared, long nowNs) {
        if (link.closing) {
            return;
        }
        String kind = link.kind.text();
        outbox.debug(link, kind + " Ping Timer");
        if (alive) {
            // One may still be on its way back; the others were to find out what is known now.
            link.pingsOut = Math.min(link.pingsOut, 1);
        }
        if (spared && (link.pingsOut > 0 || isRoundTripKnown(link, nowNs))) {
            return;
        }
        if (!alive && link.pingsOut + 1 > link.maxPingsOut(limits)) {
            counters.staleConnection(link);
            outbox.debug(link, "Stale " + kind + " Connection - Closing");
            outbox.fail(link, ProtocolError.STALE_CONNECTION, CloseReason.STALE_CONNECTION);
            return;
        }
        ping(link, nowNs);
    }

    private static boolean isRoundTripKnown(Link link, long nowNs) {
        return link.rttNs > 0 && nowNs - link.pingSentNs < ROUND_TRIP_AGE_NS;
    }

    /** Asks for a sign of life. */
    void ping(Link link, long nowNs) {
        link.pingsOut++;
        link.pingSentNs = nowNs;
        if (tracer.isOn()) {
            tracer.out(link, "PING");
        }
        outbox.send(link, PING);
    }

    /** Gives a sign of life. */
    void pong(Link link) {
        if (tracer.isOn()) {
            tracer.out(link, "PONG");
        }
        outbox.send(link, PONG);
    }

    /** A sign of life came, which says how long the way is if it was asked for. */
    static void onPong(Link link, long nowNs) {
        if (link.pingsOut > 0) {
            link.rttNs = Math.max(1, nowNs - link.pingSentNs);
        }
        link.pingsOut = 0;
    }
}
