package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.protocol.ProtocolError;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Notices connections that say nothing: those that never begin to speak, or to say who they are,
 * and those that stopped.
 *
 * <p>Begun to speak has who has sent a whole command; where one must say who one is, who is let in.
 *
 * <p>The first PING comes soon after CONNECT, to measure the round trip, and never before the other
 * side is let in, since it expects nothing else until then; each further one an interval later,
 * clients that were heard meanwhile aside. Whoever was heard within the interval is alive, whatever
 * it has answered; so is who can't be heard because nothing is read from it.
 */
final class KeepAlive implements DeadlineWheel.Owner {
    private final IoLoop loop;
    private final Peer peer;
    private final DeadlineWheel.Deadline deadline = new DeadlineWheel.Deadline(this);
    private ConnectionLimits limits;
    private long openedNs;
    private boolean mustConnect;
    private final PingPolicy pings;
    private boolean spoke;
    private boolean listening = true;
    private long heardNs;
    private long pingDueNs;

    /**
     * Makes one for a connection that was just opened.
     *
     * @param mustConnect whether it must say who it is before it counts as having begun to speak
     */
    KeepAlive(
            IoLoop loop,
            Peer peer,
            ConnectionLimits limits,
            boolean mustConnect,
            PingPolicy pings,
            long nowNs) {
        this.loop = loop;
        this.peer = peer;
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

    /** Something came, be it half a command. */
    void heard(long nowNs) {
        heardNs = nowNs;
    }

    /** Whether anything is read from it, from here on. */
    void listening(boolean now, long nowNs) {
        listening = now;
        heardNs = nowNs;
    }

    /** The first whole command came. */
    void spoke() {
        spoke |= !mustConnect;
    }

    /** It has said who it is, and it takes a while to find out whether that is true. */
    void proving(long nowNs) {
        if (spoke || !mustConnect) {
            // Once more, or since a reload: the time for it begins now.
            mustConnect = true;
            spoke = false;
            openedNs = nowNs;
        }
        arm();
    }

    /** It is who it says, but has yet to say what it wants. */
    void letIn() {
        spoke = true;
    }

    /** The client was let in. */
    void connected(long nowNs) {
        spoke = true;
        expectPing(nowNs);
        arm();
    }

    /** Other limits hold from here on. */
    void use(ConnectionLimits newLimits) {
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
        loop.arm(deadline, due);
    }

    private long timeoutNs() {
        return mustConnect ? limits.authTimeoutNs() : limits.connectTimeoutNs();
    }

    /** Whether it still looks. */
    boolean isArmed() {
        return deadline.isArmed();
    }

    void stop() {
        loop.disarm(deadline);
    }

    @Override
    public void due(long nowNs) {
        if (!spoke && nowNs - openedNs >= timeoutNs()) {
            loop.command(
                    router ->
                            router.onError(
                                    peer,
                                    ProtocolError.AUTHENTICATION_TIMEOUT,
                                    CloseReason.AUTHENTICATION_TIMEOUT,
                                    ""));
            return;
        }
        if (nowNs >= pingDueNs) {
            if (spoke || !mustConnect) {
                boolean alive = !listening || nowNs - heardNs < limits.pingIntervalNs();
                boolean spared = alive && pings.sparing();
                loop.command(router -> router.onPingTimer(peer, alive, spared, nowNs));
            }
            pingDueNs = nowNs + limits.pingIntervalNs();
        }
        arm();
    }
}
