package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.interest.RoutedInterest;
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
    private final Tracer tracer;
    private final Outbox outbox;
    private final Counters counters;
    private final Publishing publishing;
    private final RoutedInterest routed;
    private final Pings pings;
    private final ClusterRoutes routes;

    /**
     * Makes one.
     *
     * @param frame the router's, moved along here
     * @param message the router's
     */
    RouteFrames(
            Frame frame,
            Message message,
            Tracer tracer,
            Outbox outbox,
            Counters counters,
            Publishing publishing,
            RoutedInterest routed,
            Pings pings,
            ClusterRoutes routes) {
        this.frame = frame;
        this.message = message;
        this.tracer = tracer;
        this.outbox = outbox;
        this.counters = counters;
        this.publishing = publishing;
        this.routed = routed;
        this.pings = pings;
        this.routes = routes;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Route route, int count, long nowNs) {
        Peer peer = route.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        boolean active = false;
        message.from(peer.id);
        for (int i = 0; i < count && !peer.closing; i++) {
            frame.moveTo(i);
            if (tracer.isOn()) {
                tracer.in(peer, frame);
            }
            int op = frame.op();
            active |= op != Op.PING && op != Op.PONG;
            switch (op) {
                case Op.RMSG, Op.HMSG -> publish(route, message.of(frame));
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

    /** Does an RMSG or HMSG, which another server sent since somebody here wants it. */
    private void publish(Route route, Message sent) {
        Peer peer = route.peer;
        Account account = routed.account(route, frame);
        int length = sent.payloadLength();
        peer.inMessages++;
        peer.inBytes += length;
        if (account == null) {
            outbox.debug(
                    peer,
                    "Unknown account for routed message on subject: \"" + sent.subject() + '"');
            return;
        }
        account.received(length);
        publishing.distribute(peer, account, publishing.match(account, sent), sent);
    }
}
