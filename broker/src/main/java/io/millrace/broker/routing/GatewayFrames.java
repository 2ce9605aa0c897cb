package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.interest.ForeignInterest;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;

/** What servers of other clusters send: messages, interest, and signs of life. Routing thread. */
final class GatewayFrames {
    private final Frame frame;
    private final Message message;
    private final Tracer tracer;
    private final Counters counters;
    private final ForeignInterest interest;
    private final Pings pings;
    private final Gateways gateways;
    private final ForeignMessages messages;

    /**
     * Makes one.
     *
     * @param frame the router's, moved along here
     * @param message the router's
     */
    GatewayFrames(
            Frame frame,
            Message message,
            Tracer tracer,
            Counters counters,
            ForeignInterest interest,
            Pings pings,
            Gateways gateways,
            ForeignMessages messages) {
        this.frame = frame;
        this.message = message;
        this.tracer = tracer;
        this.counters = counters;
        this.interest = interest;
        this.pings = pings;
        this.gateways = gateways;
        this.messages = messages;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Gateway gateway, int count, long nowNs) {
        Peer peer = gateway.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        boolean active = false;
        message.from(peer.id);
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
                    Account account = interest.account(gateway, frame);
                    i +=
                            messages.publish(peer, account, "gateway", message.of(frame), i, count)
                                    - 1;
                }
                case Op.RS_PLUS, Op.RS_MINUS, Op.A_PLUS, Op.A_MINUS -> heard(gateway, op);
                case Op.PING -> pings.pong(peer);
                case Op.PONG -> gateways.onPong(gateway, nowNs);
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

    /** Interest is told by the server that was dialed only. */
    private void heard(Gateway gateway, int op) {
        if (!gateway.outbound) {
            gateways.error(gateway, "Received " + verb(op) + " from gateway on inbound connection");
            gateways.end(gateway, CloseReason.PROTOCOL_VIOLATION);
        } else if (op == Op.RS_PLUS) {
            interest.subscribed(gateway, frame);
        } else if (op == Op.RS_MINUS) {
            interest.unsubscribed(gateway, frame);
        } else {
            interest.account(gateway, frame, op == Op.A_PLUS);
        }
    }

    private static String verb(int op) {
        return switch (op) {
            case Op.RS_PLUS -> "RS+";
            case Op.RS_MINUS -> "RS-";
            case Op.A_PLUS -> "A+";
            default -> "A-";
        };
    }
}
