package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;

/**
 * What other servers of the cluster send: messages, interest, and signs of life. Routing thread.
 */
final class RouteFrames {
    private final Frame frame;
    private final Message message;
    private final Run run;
    private final Tracer tracer;
    private final Outbox outbox;
    private final Counters counters;
    private final Publishing publishing;
    private final RoutedInterest routed;
    private final Pings pings;
    private final ClusterRoutes routes;
    private final Tracing tracing;

    /**
     * Makes one.
     *
     * @param frame the router's, moved along here
     * @param message the router's
     * @param run the router's
     */
    RouteFrames(
            Frame frame,
            Message message,
            Run run,
            Tracer tracer,
            Outbox outbox,
            Counters counters,
            Publishing publishing,
            RoutedInterest routed,
            Pings pings,
            ClusterRoutes routes,
            Tracing tracing) {
        this.frame = frame;
        this.message = message;
        this.run = run;
        this.tracer = tracer;
        this.outbox = outbox;
        this.counters = counters;
        this.publishing = publishing;
        this.routed = routed;
        this.pings = pings;
        this.routes = routes;
        this.tracing = tracing;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Route route, int count, long nowNs) {
        Peer peer = route.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        boolean active = false;
        message.from(peer.id);
        run.beginStretch();
        for (int i = 0; i < count && !peer.closing; i++) {
            frame.moveTo(i);
            if (tracer.isOn()) {
                tracer.in(peer, frame);
            }
            int op = frame.op();
            active |= op != Op.PING && op != Op.PONG;
            switch (op) {
                case Op.RMSG, Op.HMSG -> i += publish(route, message.of(frame), i, count) - 1;
                case Op.RS_PLUS -> routed.subscribed(route, frame);
                case Op.RS_MINUS -> routed.unsubscribed(route, frame);
                case Op.PING -> pings.pong(peer);
                case Op.PONG -> routes.onPong(route, nowNs);
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long messages = peer.inMessages - messagesBefore;
        if (messages > 0) {
            counters.in(peer, messages, peer.inBytes - bytesBefore);
        }
        if (active) {
            peer.lastNs = nowNs;
        }
    }

    /**
     * Does an RMSG or HMSG, which another server sent since somebody here wants it, and those
     * behind it with it that can be spread at once.
     *
     * @param at number of its frame
     * @param end number behind the last frame of the stretch
     * @return how many messages that were
     */
    private int publish(Route route, Message sent, int at, int end) {
        Peer peer = route.peer;
        Account account = routed.account(route, frame);
        int length = sent.payloadLength();
        peer.inMessages++;
        peer.inBytes += length;
        if (account == null) {
            outbox.debug(
                    peer,
                    "Unknown account for routed message on subject: \"" + sent.subject() + '"');
            return 1;
        }
        if (frame.op() == Op.HMSG && Tracing.concerns(account, frame)) {
            try {
                if (tracing.begin(peer, account, sent)) {
                    spread(peer, account, sent, length, at, at + 1);
                }
            } finally {
                tracing.end();
            }
            return 1;
        }
        // One of several that are spread at once wouldn't be looked at.
        boolean alone = frame.op() == Op.HMSG && account.traces != null;
        return spread(peer, account, sent, length, at, alone ? at + 1 : end);
    }

    /** Gives a message to all who want it here, and those behind it with it. */
    private int spread(Peer peer, Account account, Message sent, int length, int at, int end) {
        account.received(1, length);
        MatchResult match = publishing.match(account, sent);
        if (run.begin(sent, at, end)) {
            if (!tracer.isOn() && publishing.distribute(peer, account, match, sent, run)) {
                int others = run.count() - 1;
                long otherBytes = run.payloadBytes() - length;
                peer.inMessages += others;
                peer.inBytes += otherBytes;
                account.received(others, otherBytes);
                return run.count();
            }
            run.part();
        }
        publishing.distribute(peer, account, match, sent);
        return 1;
    }
}
