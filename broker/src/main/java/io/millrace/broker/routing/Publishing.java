package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Subject;

/**
 * From a message to the queues of those who get it: permissions, the match, queue groups, and what
 * becomes of consumers that are too slow. Routing thread; the hot path.
 */
final class Publishing {
    private final ServerLog log;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Subscribing subscribing;
    private final Outbox outbox;
    private final QueuePick pick;
    private final Counters counters;
    private final SlowConsumers slow;
    private final MessageWriter writer = new MessageWriter();
    private RouterLimits limits;

    Publishing(
            RouterLimits limits,
            ServerLog log,
            Tracer tracer,
            Matcher matcher,
            Subscribing subscribing,
            Outbox outbox,
            QueuePick pick,
            Counters counters,
            SlowConsumers slow) {
        this.limits = limits;
        this.log = log;
        this.tracer = tracer;
        this.matcher = matcher;
        this.subscribing = subscribing;
        this.outbox = outbox;
        this.pick = pick;
        this.counters = counters;
        this.slow = slow;
    }

    void use(RouterLimits newLimits) {
        limits = newLimits;
    }

    /** Does a PUB or HPUB: delivers the message to whoever is to get it. */
    void publish(Client source, long bytes, long frame) {
        int payloadLength = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        source.inMessages++;
        source.inBytes += payloadLength;
        long subject = bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET);
        int subjectLength = Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH);
        if (source.options.pedantic() && !Subject.isValidLiteral(subject, subjectLength)) {
            outbox.refuse(source, ProtocolError.INVALID_PUBLISH_SUBJECT.text());
        }
        long hash = Memory.getLong(frame + FrameLayout.SUBJECT_HASH);
        MatchResult match = matcher.match(source.account, subject, subjectLength, hash);
        if (source.permissions != null
                && !mayPublish(source, source.permissions, subject, subjectLength)) {
            return;
        }
        if (hasReservedReply(bytes, frame)) {
            refuseReply(source, bytes, frame);
            return;
        }
        if (source.options.verbose()) {
            outbox.ok(source);
        }
        boolean delivered = false;
        for (Subscription subscription : match.plain()) {
            delivered |= deliver(source, subscription, bytes, frame);
        }
        for (Subscription[] group : match.groups()) {
            delivered |= deliverToGroup(source, group, bytes, frame);
        }
        if (!delivered
                && source.options.noResponders()
                && Memory.getInt(frame + FrameLayout.SECOND_LENGTH) > 0) {
            sayNobodyListens(source, bytes, frame);
        }
    }

    /** Whether a client may publish to the subject that was matched last; it is told if not. */
    private boolean mayPublish(Client source, Permissions permissions, long subject, int length) {
        if (permissions.mayPublish(subject, length, matcher.token())) {
            return true;
        }
        if (source.replyPermits != null
                && source.replyPermits.use(Permissions.text(subject, length), System.nanoTime())) {
            return true;
        }
        String shown = Quoted.text(Memory.bytes(subject, length));
        outbox.refuse(source, ProtocolError.publishViolation(shown));
        log.error(source.label + " - Publish Violation - Subject \"" + shown + '"');
        return false;
    }

    private static boolean hasReservedReply(long bytes, long frame) {
        int length = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        return length > 0
                && ReservedSubjects.isReply(
                        bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET), length);
    }

    private void refuseReply(Client source, long bytes, long frame) {
        String shown =
                Quoted.text(
                        Memory.bytes(
                                bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET),
                                Memory.getInt(frame + FrameLayout.SECOND_LENGTH)));
        outbox.refuse(source, ProtocolError.replyViolation(shown));
        log.error(source.label + " - Publish Violation - Reply \"" + shown + '"');
    }

    /** To one member: a random one, or the next that can take it. */
    private boolean deliverToGroup(Client source, Subscription[] group, long bytes, long frame) {
        int member = group.length == 1 ? 0 : pick.next(group.length);
        for (int tried = 0; tried < group.length; tried++) {
            if (deliver(source, group[member], bytes, frame)) {
                return true;
            }
            member = member + 1 == group.length ? 0 : member + 1;
        }
        return false;
    }

    /** Appends a message to the subscriber's queue; false if it doesn't get it. */
    private boolean deliver(Client source, Subscription subscription, long bytes, long frame) {
        Client target = subscription.client;
        if (target == source && !source.echo || subscription.closed || target.closing) {
            return false;
        }
        if (subscription.filter != null && !passes(subscription.filter, bytes, frame)) {
            return false;
        }
        OutboundQueue queue = target.outbound;
        boolean slowly = queue.isPendingOver(limits.nearlyFullBytes());
        if (slowly) {
            noteSlow(target, bytes, frame);
            if (!limits.stallProducers()) {
                return false;
            }
        }
        subscription.delivered++;
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        if (!target.headers) {
            length -= Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        }
        target.outMessages++;
        target.outBytes += length;
        outbox.markDirty(target);
        try {
            writer.write(queue, bytes, frame, subscription.sid, target.headers);
        } catch (OutOfMemoryError e) {
            // No native memory left for queues: the consumer that can't keep up pays.
            slowConsumer(target, bytes, frame);
            return false;
        }
        if (target.replyPermits != null) {
            grantReply(target, target.replyPermits, bytes, frame);
        }
        if (tracer.isOn()) {
            tracer.delivered(subscription, bytes, frame);
        }
        if (slowly) {
            if (queue.isPendingOver(limits.maxPendingBytes())) {
                slowConsumer(target, bytes, frame);
                return true;
            }
            if (source.peer.stall(queue, limits.caughtUpBytes())) {
                source.stalls++;
                counters.stalls++;
            }
        }
        if (subscription.max > 0 && subscription.delivered >= subscription.max) {
            outbox.debug(
                    target,
                    "Auto-unsubscribe limit of "
                            + subscription.max
                            + " reached for sid '"
                            + Tracer.text(subscription.sid.sid())
                            + "'");
            subscribing.remove(subscription);
        }
        return true;
    }

    private boolean passes(Permissions.DeliveryFilter filter, long bytes, long frame) {
        return filter.passes(
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                matcher.token());
    }

    private static void grantReply(Client target, ReplyPermits permits, long bytes, long frame) {
        int length = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        Permissions permissions = target.permissions;
        if (length == 0 || permissions == null) {
            return;
        }
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        if (!permissions.mayPublish(reply, length, 0)) {
            permits.grant(Permissions.text(reply, length), System.nanoTime());
        }
    }

    private void noteSlow(Client target, long bytes, long frame) {
        if (!target.slow) {
            slow.note(target, Tracer.subject(bytes, frame));
        }
    }

    private void slowConsumer(Client target, long bytes, long frame) {
        counters.slowConsumer(target);
        noteSlow(target, bytes, frame);
        log.info(
                target.label
                        + " - Slow Consumer Detected: MaxPending of "
                        + limits.maxPendingBytes()
                        + " Exceeded, filled by subject "
                        + Tracer.subject(bytes, frame));
        outbox.abandon(target, CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    private void sayNobodyListens(Client source, long bytes, long frame) {
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        int replyLength = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        long hash = Memory.hash(reply, replyLength);
        for (Subscription own : matcher.match(source.account, reply, replyLength, hash).plain()) {
            if (own.client == source) {
                outbox.markDirty(source);
                writer.writeNoResponders(
                        source.outbound,
                        Memory.bytes(reply, replyLength),
                        Memory.bytes(
                                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH)),
                        own.sid);
                return;
            }
        }
    }
}
