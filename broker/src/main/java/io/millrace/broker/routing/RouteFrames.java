package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.peer.Counters;
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
    private final Counters counters;
    private final RoutedInterest routed;
    private final Pings pings;
    private final ClusterRoutes routes;
    private final ForeignMessages messages;

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
            Counters counters,
            RoutedInterest routed,
            Pings pings,
            ClusterRoutes routes,
            ForeignMessages messages) {
        this.frame = frame;
        this.message = message;
        this.tracer = tracer;
        this.counters = counters;
        this.routed = routed;
        this.pings = pings;
        this.routes = routes;
        this.messages = messages;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Route route, int count, long nowNs) {
        Peer peer = route.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        boolean active = false;
        messages.beginStretch();
        for (int i = 0; i < count && !peer.closing; i++) {
            frame.moveTo(i);
            if (tracer.isOn()) {
                tracer.in(peer, frame);
            }
            int op = frame.op();
            active |= op != Op.PING && op != Op.PONG;
            switch (op) {
                case Op.RMSG, Op.HMSG -> {
                    Account account = routed.account(route, frame);
                    message.from(peer.id, route.leafCluster(frame));
                    i += messages.publish(peer, account, "routed", message.of(frame), i, count) - 1;
                }
                case Op.RS_PLUS -> routed.subscribed(route, frame);
                case Op.RS_MINUS -> routed.unsubscribed(route, frame);
                case Op.PING -> pings.pong(peer);
                case Op.PONG -> routes.onPong(route, nowNs);
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long sent = peer.inMessages - messagesBefore;
        if (sent > 0) {
            counters.in(peer, sent, peer.inBytes - bytesBefore);
        }
        if (active) {
            peer.lastNs = nowNs;
        }
    }
}
