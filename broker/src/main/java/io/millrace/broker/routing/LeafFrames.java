package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.interest.LeafInterest;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** What leaf nodes and hubs send: messages, interest, and signs of life. Routing thread. */
final class LeafFrames {
    private final Frame frame;
    private final Message message;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Counters counters;
    private final LeafInterest interest;
    private final Pings pings;
    private final LeafNodes leaves;
    private final ForeignMessages messages;

    /**
     * Makes one.
     *
     * @param frame the router's, moved along here
     * @param message the router's
     */
    LeafFrames(
            Frame frame,
            Message message,
            Tracer tracer,
            Matcher matcher,
            Counters counters,
            LeafInterest interest,
            Pings pings,
            LeafNodes leaves,
            ForeignMessages messages) {
        this.frame = frame;
        this.message = message;
        this.tracer = tracer;
        this.matcher = matcher;
        this.counters = counters;
        this.interest = interest;
        this.pings = pings;
        this.leaves = leaves;
        this.messages = messages;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Leaf leaf, int count, long nowNs) {
        Peer peer = leaf.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        boolean active = false;
        message.from(peer.id, peer.cluster);
        messages.beginStretch();
        for (int i = 0; i < count && !peer.closing; i++) {
            frame.moveTo(i);
            if (tracer.isOn()) {
                tracer.in(peer, frame);
            }
            int op = frame.op();
            active |= op != Op.PING && op != Op.PONG;
            if (op == Op.PING) {
                pings.pong(peer);
            } else if (op == Op.PONG) {
                leaves.onPong(leaf, nowNs);
            } else if (peer.account == null) {
                leaves.onUnasked(leaf);
            } else {
                i += heard(leaf, peer.account, op, i, count) - 1;
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

    /** Does a frame that is of an account, and perhaps some behind it; returns how many. */
    private int heard(Leaf leaf, Account account, int op, int at, int end) {
        switch (op) {
            case Op.LMSG, Op.HMSG -> {
                return publish(leaf, account, message.of(frame), at, end);
            }
            case Op.LS_PLUS -> interest.subscribed(leaf, account, frame);
            case Op.LS_MINUS -> interest.unsubscribed(leaf, account, frame);
            default -> throw new IllegalStateException("frame of another kind");
        }
        return 1;
    }

    /**
     * Does an LMSG or HMSG, and those behind it with it that can be spread at once.
     *
     * @param at number of its frame
     * @param end number behind the last frame of the stretch
     * @return how many messages that were
     */
    private int publish(Leaf leaf, Account account, Message sent, int at, int end) {
        Peer peer = leaf.peer;
        if (leaf.theirs != null && !mayPublish(leaf, leaf.theirs, account, sent)) {
            peer.inMessages++;
            peer.inBytes += sent.payloadLength();
            interest.violated(leaf, "Publish", shown(sent));
            return 1;
        }
        return messages.publish(peer, account, "leafnode", sent, at, end);
    }

    private static String shown(Message sent) {
        return Quoted.text(sent.subject().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether the other side may send a message; what its permissions say is of what it sees. */
    private boolean mayPublish(Leaf leaf, Permissions theirs, Account account, Message sent) {
        Region bytes = sent.subjectBytes();
        int offset = sent.subjectOffset();
        int length = sent.subjectLength();
        int behind = ReservedSubjects.behindGatewayPrefix(bytes, offset, length);
        if (theirs.mayPublishAtOnce(bytes, offset + behind)) {
            return true;
        }
        if (behind > 0 && leaf.isToHub()) {
            return true;
        }
        if (ReservedSubjects.isAnswer(bytes, offset + behind, length - behind)) {
            return true;
        }
        long token =
                behind > 0
                        ? 0
                        : matcher.tokenOf(account.index, bytes, offset, length, sent.subjectHash());
        return theirs.mayPublish(bytes, offset + behind, length - behind, token)
                || leaf.peer.replyPermits != null
                        && leaf.peer.replyPermits.use(sent.subject(), System.nanoTime());
    }
}
