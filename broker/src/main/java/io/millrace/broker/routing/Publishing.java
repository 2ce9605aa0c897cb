package io.millrace.broker.routing;

import io.millrace.broker.log.Quoted;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/**
 * From a message to those who get it: permissions, the match, queue groups, and the servers that
 * want it. Routing thread; the hot path.
 */
final class Publishing {
    private final Matcher matcher;
    private final Delivery delivery;
    private final Outbox outbox;
    private final QueuePick pick;
    private final RoutedInterest routed;
    private final Targets targets = new Targets();

    Publishing(
            Matcher matcher,
            Delivery delivery,
            Outbox outbox,
            QueuePick pick,
            RoutedInterest routed) {
        this.matcher = matcher;
        this.delivery = delivery;
        this.outbox = outbox;
        this.pick = pick;
        this.routed = routed;
    }

    /** Does a PUB or HPUB: delivers the message to whoever is to get it. */
    void publish(Client source, long bytes, long frame) {
        source.inMessages++;
        source.inBytes += Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        long subject = bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET);
        int subjectLength = Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH);
        if (source.options.pedantic() && !Subject.isValidLiteral(subject, subjectLength)) {
            outbox.refuse(source, ProtocolError.INVALID_PUBLISH_SUBJECT.text());
        }
        MatchResult match = match(source.account, bytes, frame);
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
        boolean delivered = distribute(source, source.account, match, bytes, frame);
        if (!delivered
                && source.options.noResponders()
                && Memory.getInt(frame + FrameLayout.SECOND_LENGTH) > 0) {
            delivery.sayNobodyListens(source, bytes, frame);
        }
    }

    /** Does an RMSG or HMSG, which another server sent since somebody here wants it. */
    void publish(Route source, long bytes, long frame) {
        Account account = routed.account(source, bytes, frame);
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        source.inMessages++;
        source.inBytes += length;
        if (account == null) {
            outbox.debug(
                    source,
                    "Unknown account for routed message on subject: \""
                            + Tracer.subject(bytes, frame)
                            + '"');
            return;
        }
        account.received(length);
        distribute(source, account, match(account, bytes, frame), bytes, frame);
    }

    /** Gives a message to all that are to get it; false if nobody is. */
    private boolean distribute(
            Link source, Account account, MatchResult match, long bytes, long frame) {
        boolean mayLeave = routed.mayLeave(bytes, frame);
        boolean delivered = false;
        if (!ForwardingRule.namesQueues(source.kind)
                || !isNamed(ReservedQueues.SECOND_HAND, bytes, frame)) {
            for (Subscription subscription : match.plain()) {
                delivered |= delivery.deliver(source, subscription, bytes, frame);
            }
        }
        if (mayLeave && ForwardingRule.reachesRoutes(source.kind)) {
            for (RemoteInterest interest : match.remotes()) {
                targets.add(interest);
            }
        }
        for (QueueGroup group : match.groups()) {
            if (!ForwardingRule.namesQueues(source.kind) || isNamed(group.name(), bytes, frame)) {
                delivered |= deliverToGroup(source, group, mayLeave, bytes, frame);
            }
        }
        return delivered | forward(source, account, bytes, frame);
    }

    private MatchResult match(Account account, long bytes, long frame) {
        return matcher.match(
                account,
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                Memory.getLong(frame + FrameLayout.SUBJECT_HASH));
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
        outbox.error(source, "Publish Violation - Subject \"" + shown + '"');
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
        outbox.error(source, "Publish Violation - Reply \"" + shown + '"');
    }

    // --- queue groups

    /**
     * To one member: a random one of all there are, or the next that can take it. Members that are
     * elsewhere get it with {@link #forward}.
     */
    private boolean deliverToGroup(
            Link source, QueueGroup group, boolean mayLeave, long bytes, long frame) {
        Subscription[] members = group.members();
        RemoteInterest elsewhere =
                mayLeave && !ForwardingRule.namesQueues(source.kind) ? pickElsewhere(group) : null;
        if (elsewhere != null) {
            targets.add(elsewhere, group.name());
            return true;
        }
        int member = members.length < 2 ? 0 : pick.next(members.length);
        for (int tried = 0; tried < members.length; tried++) {
            if (delivery.deliver(source, members[member], bytes, frame)) {
                return true;
            }
            member = member + 1 == members.length ? 0 : member + 1;
        }
        if (!mayLeave || group.remoteWeight() == 0) {
            return false;
        }
        RemoteInterest instead = group.remote(pick.next(group.remoteWeight()));
        if (ForwardingRule.namesQueues(source.kind)) {
            targets.add(instead, ReservedQueues.SECOND_HAND);
        }
        targets.add(instead, group.name());
        return true;
    }

    /** A server whose member is picked out of all there are; null if one of ours is. */
    private @Nullable RemoteInterest pickElsewhere(QueueGroup group) {
        if (group.remoteWeight() == 0) {
            return null;
        }
        int picked = pick.next(group.members().length + group.remoteWeight());
        return picked < group.remoteWeight() ? group.remote(picked) : null;
    }

    /** Whether a routed message is for a queue group. */
    private static boolean isNamed(byte[] group, long bytes, long frame) {
        long at = bytes + Memory.getInt(frame + FrameLayout.QUEUES_OFFSET);
        long end = at + Memory.getInt(frame + FrameLayout.QUEUES_LENGTH);
        while (at < end) {
            long start = at;
            while (at < end && Memory.getByte(at) != ' ') {
                at++;
            }
            if (at - start == group.length && Memory.equal(start, group)) {
                return true;
            }
            at++;
        }
        return false;
    }

    // --- other servers

    /** Sends a message to the servers it is meant for, once to each; false if there is none. */
    private boolean forward(Link source, Account account, long bytes, long frame) {
        int count = targets.count();
        if (count == 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            delivery.forward(source, targets.get(i), account, bytes, frame);
        }
        targets.clear();
        return true;
    }
}
