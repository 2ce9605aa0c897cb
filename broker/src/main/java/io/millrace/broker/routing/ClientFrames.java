package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.crossing.RemoteLatency;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

/**
 * What clients send: messages that they may publish, SUB, UNSUB, and signs of life. Routing thread.
 */
final class ClientFrames {
    private final Frame frame;
    private final Message message;
    private final Run run;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final Publishing publishing;
    private final SubjectMapper mapping;
    private final Delivery delivery;
    private final Subscribing subscribing;
    private final Clients clients;
    private final RemoteLatency remoteLatency;
    private final Tracing tracing;
    private final DirectReplies direct;

    /**
     * Makes one.
     *
     * @param frame the router's, moved along here
     * @param message the router's
     * @param run the router's
     */
    ClientFrames(
            Frame frame,
            Message message,
            Run run,
            Tracer tracer,
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            Publishing publishing,
            SubjectMapper mapping,
            Delivery delivery,
            Subscribing subscribing,
            Clients clients,
            RemoteLatency remoteLatency,
            Tracing tracing,
            DirectReplies direct) {
        this.frame = frame;
        this.message = message;
        this.run = run;
        this.tracer = tracer;
        this.matcher = matcher;
        this.outbox = outbox;
        this.counters = counters;
        this.publishing = publishing;
        this.mapping = mapping;
        this.delivery = delivery;
        this.subscribing = subscribing;
        this.clients = clients;
        this.remoteLatency = remoteLatency;
        this.tracing = tracing;
        this.direct = direct;
    }

    /** Routes a stretch; see {@link Sender#route}. */
    void route(Client client, int count, long nowNs) {
        Peer peer = client.peer;
        long messagesBefore = peer.inMessages;
        long bytesBefore = peer.inBytes;
        message.fromClient(peer.id);
        run.beginStretch();
        long changesBefore = counters.inserts + counters.removes;
        for (int i = 0; i < count && !peer.closing; i++) {
            frame.moveTo(i);
            if (tracer.isOn()) {
                tracer.in(peer, frame);
            }
            switch (frame.op()) {
                case Op.PUB -> i += publish(client, message.of(frame), i, count) - 1;
                case Op.HPUB -> i += publishWithHeaders(client, message.of(frame), i, count) - 1;
                case Op.SUB -> subscribing.subscribe(peer, client.account(), frame);
                case Op.UNSUB -> subscribing.unsubscribe(peer, frame);
                case Op.PING -> clients.onPing(client);
                case Op.PONG -> Pings.onPong(peer, nowNs);
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long messages = peer.inMessages - messagesBefore;
        if (messages > 0) {
            counters.in(peer, messages, peer.inBytes - bytesBefore);
        }
        if (messages > 0 || counters.inserts + counters.removes != changesBefore) {
            peer.lastNs = nowNs;
        }
    }

    /** Does an HPUB, which may ask to be traced; see {@link #publish}. */
    private int publishWithHeaders(Client client, Message published, int at, int end) {
        Account account = client.account();
        if (!Tracing.concerns(account, published.frame())) {
            // One of several that are spread at once wouldn't be looked at.
            return publish(client, published, at, account.traces == null ? end : at + 1);
        }
        try {
            if (tracing.begin(client.peer, account, published)) {
                publish(client, published, at, at + 1);
            }
        } finally {
            tracing.end();
        }
        return 1;
    }

    /**
     * Does a PUB or HPUB: delivers the message to whoever is to get it, and those behind it with it
     * that can be spread at once.
     *
     * @param at number of its frame
     * @param end number behind the last frame of the stretch
     * @return how many messages that were
     */
    private int publish(Client client, Message published, int at, int end) {
        Peer peer = client.peer;
        Account account = client.account();
        int length = published.payloadLength();
        peer.inMessages++;
        peer.inBytes += length;
        if (isAnswerOfServers(published)) {
            refuse(peer, published);
            return 1;
        }
        if (peer.routedRequests != null) {
            remoteLatency.published(client, published);
        }
        if (peer.pedantic && !hasValidSubject(published)) {
            outbox.refuse(peer, ProtocolError.INVALID_PUBLISH_SUBJECT.text());
        }
        MatchResult match = publishing.match(account, published);
        boolean mapped = match.mapping() != null;
        if (mapped) {
            match = mapping.apply(account, match, published);
            if (tracer.isOn()) {
                tracer.mapped(peer, published);
            }
            tracing.mapped(published);
        }
        if (peer.permissions != null && !mayPublish(peer, peer.permissions, published)) {
            return 1;
        }
        if (hasReservedReply(published)) {
            refuseReply(peer, published);
            return 1;
        }
        if (peer.verbose) {
            outbox.ok(peer);
        }
        if (peer.gatewayReplies != null) {
            direct.publishing(peer, published);
        } else if (!mapped && run.begin(published, at, end)) {
            if (isSilent(peer, published)
                    && publishing.distribute(peer, account, match, published, run)) {
                peer.inMessages += run.count() - 1;
                peer.inBytes += run.payloadBytes() - length;
                return run.count();
            }
            run.part();
        }
        boolean delivered = publishing.distribute(peer, account, match, published);
        if (!delivered && peer.noResponders && published.replyLength() > 0) {
            delivery.sayNobodyListens(peer, account, published);
        }
        return 1;
    }

    /** Whether nothing is said of, and nothing changes with, each message on a subject. */
    private boolean isSilent(Peer peer, Message published) {
        return !peer.verbose
                && !(peer.pedantic && !hasValidSubject(published))
                && peer.replyPermits == null
                && !tracer.isOn();
    }

    private static boolean hasValidSubject(Message published) {
        return Subject.isValidLiteral(
                published.subjectBytes(), published.subjectOffset(), published.subjectLength());
    }

    /** Whether a client may publish to the subject that was matched last; it is told if not. */
    private boolean mayPublish(Peer peer, Permissions permissions, Message published) {
        Region bytes = published.subjectBytes();
        int subject = published.subjectOffset();
        int length = published.subjectLength();
        if (permissions.mayPublish(bytes, subject, length, matcher.token())) {
            return true;
        }
        if (peer.replyPermits != null
                && peer.replyPermits.use(
                        Permissions.text(bytes, subject, length), System.nanoTime())) {
            return true;
        }
        refuse(peer, published);
        return false;
    }

    /** Whether it would be sent straight to another server, as only servers may. */
    private static boolean isAnswerOfServers(Message published) {
        return ReservedSubjects.isGateways(
                published.subjectBytes(), published.subjectOffset(), published.subjectLength());
    }

    private void refuse(Peer peer, Message published) {
        String shown =
                Quoted.text(
                        published
                                .subjectBytes()
                                .bytes(published.subjectOffset(), published.subjectLength()));
        tracing.refused(ProtocolError.publishViolation(shown));
        outbox.refuse(peer, ProtocolError.publishViolation(shown));
        outbox.error(peer, "Publish Violation - Subject \"" + shown + '"');
    }

    private static boolean hasReservedReply(Message published) {
        Region bytes = published.replyBytes();
        int reply = published.replyOffset();
        int length = published.replyLength();
        return length > 0
                && (ReservedSubjects.isReply(bytes, reply, length)
                        || ReservedSubjects.isGateways(bytes, reply, length));
    }

    private void refuseReply(Peer peer, Message published) {
        String shown = Quoted.text(published.frame().second());
        tracing.refused(ProtocolError.replyViolation(shown));
        outbox.refuse(peer, ProtocolError.replyViolation(shown));
        outbox.error(peer, "Publish Violation - Reply \"" + shown + '"');
    }
}
