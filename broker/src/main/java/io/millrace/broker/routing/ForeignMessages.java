package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Traffic;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;

import org.jspecify.annotations.Nullable;

/**
 * Messages that another server has sent since somebody here wants them, be it one of this cluster,
 * another cluster's or a leaf node. Routing thread; the hot path.
 */
final class ForeignMessages {
    private final Frame frame;
    private final Run run;
    private final Tracer tracer;
    private final Outbox outbox;
    private final Publishing publishing;
    private final SubjectMapper mapping;
    private final Tracing tracing;

    /**
     * Makes one.
     *
     * @param frame the router's
     * @param run the router's
     */
    ForeignMessages(
            Frame frame,
            Run run,
            Tracer tracer,
            Outbox outbox,
            Publishing publishing,
            SubjectMapper mapping,
            Tracing tracing) {
        this.frame = frame;
        this.run = run;
        this.tracer = tracer;
        this.outbox = outbox;
        this.publishing = publishing;
        this.mapping = mapping;
        this.tracing = tracing;
    }

    void beginStretch() {
        run.beginStretch();
    }

    /**
     * Does a message, and those behind it with it that can be spread at once.
     *
     * @param account null if there is none of the name that it says
     * @param way by which it has come, for the log
     * @param at number of its frame
     * @param end number behind the last frame of the stretch
     * @return how many messages that were
     */
    int publish(Peer peer, @Nullable Account account, String way, Message sent, int at, int end) {
        AckReplies.apply(sent);
        int length = sent.payloadLength();
        peer.inMessages++;
        peer.inBytes += length;
        if (account == null) {
            outbox.debug(
                    peer,
                    "Unknown account for "
                            + way
                            + " message on subject: \""
                            + sent.subject()
                            + '"');
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
        Traffic by = Crossed.of(account, peer.kind);
        account.received(by, 1, length);
        MatchResult match = publishing.match(account, sent);
        if (match.mapping() != null && ForwardingRule.isMapped(peer.kind)) {
            match = mapping.apply(account, match, sent);
            if (tracer.isOn()) {
                tracer.mapped(peer, sent);
            }
            tracing.mapped(sent);
            if (frame.queuesLength() == 0) {
                sent.forAllQueues();
            }
        } else if (run.begin(sent, at, end)) {
            if (!tracer.isOn() && publishing.distribute(peer, account, match, sent, run)) {
                int others = run.count() - 1;
                long otherBytes = run.payloadBytes() - length;
                peer.inMessages += others;
                peer.inBytes += otherBytes;
                account.received(by, others, otherBytes);
                return run.count();
            }
            run.part();
        }
        publishing.distribute(peer, account, match, sent);
        return 1;
    }
}
