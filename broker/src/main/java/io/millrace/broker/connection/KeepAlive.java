package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.Link;
import io.millrace.protocol.ProtocolError;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Notices connections that say nothing: those that never begin to speak, and those that stopped.
 *
 * <p>The first PING comes soon after CONNECT, to measure the round trip, and never before the other
 * side is let in, since it expects nothing else until then; each further one an interval later,
 * clients that were heard meanwhile aside.
 */
final class KeepAlive extends DeadlineWheel.Deadline {
    private final IoLoop loop;
    private final Link link;
    private LinkLimits limits;
    private long openedNs;
    private final boolean mustConnect;
    private final PingPolicy pings;
    private boolean spoke;
    private long heardNs;
    private long pingDueNs;

    /**
     * Makes one for a connection that was just opened.
     *
     * @param mustConnect whether only CONNECT counts as having begun to speak
     */
    KeepAlive(
            IoLoop loop,
            Link link,
            LinkLimits limits,
            boolean mustConnect,
            PingPolicy pings,
            long nowNs) {
        this.loop = loop;
        this.link = link;
        this.limits = limits;
        this.mustConnect = mustConnect;
        this.pings = pings;
        this.openedNs = nowNs;
        this.heardNs = nowNs;
        this.pingDueNs = nowNs + limits.pingIntervalNs();
    }

    /** It is the client's turn to speak. */
    void ready(long nowNs) {
        openedNs = nowNs;
        arm();
    }

    /** The client sent something. */
    void heard(long nowNs) {
        spoke |= !mustConnect;
        heardNs = nowNs;
    }

    /** The client sent CONNECT; it may take a while until it is let in. */
    void connecting() {
        spoke = true;
    }

    /** The client was let in. */
    void connected(long nowNs) {
        spoke = true;
        expectPing(nowNs);
        arm();
    }

    /** Other limits hold from here on. */
    void use(LinkLimits newLimits) {
        limits = newLimits;
        pingDueNs = Math.min(pingDueNs, System.nanoTime() + limits.pingIntervalNs());
        arm();
    }

    private void expectPing(long nowNs) {
        long first = Math.min(pings.firstNs(), limits.pingIntervalNs());
        // Up to a fifth later, so that a thousand clients that came at once don't stay in step.
        pingDueNs = nowNs + first + ThreadLocalRandom.current().nextLong(first / 5 + 1);
    }

    private void arm() {
        long due = pingDueNs;
        if (!spoke) {
            due = Math.min(due, openedNs + timeoutNs());
        }
        loop.arm(this, due);
    }

    private long timeoutNs() {
        return mustConnect ? limits.authTimeoutNs() : limits.connectTimeoutNs();
    }

    void stop() {
        loop.disarm(this);
    }

    @Override
    void fire(long nowNs) {
        if (!spoke && nowNs - openedNs >= timeoutNs()) {
            loop.command(
                    router ->
                            router.onError(
                                    link,
                                    ProtocolError.AUTHENTICATION_TIMEOUT,
                                    CloseReason.AUTHENTICATION_TIMEOUT,
                                    ""));
            return;
        }
        if (nowNs >= pingDueNs) {
            boolean recentlyHeard = pings.sparing() && nowNs - heardNs < limits.pingIntervalNs();
            loop.command(router -> router.onPingTimer(link, recentlyHeard, nowNs));
            pingDueNs = nowNs + limits.pingIntervalNs();
        }
        arm();
    }
}
