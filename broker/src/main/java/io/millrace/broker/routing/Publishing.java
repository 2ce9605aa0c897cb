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
    private final Subscribing subscribing;
    private final Targets targets = new Targets();
    private final GroupMembers members = new GroupMembers();

    Publishing(
            Matcher matcher,
            Delivery delivery,
            Outbox outbox,
            QueuePick pick,
            RoutedInterest routed,
            Subscribing subscribing) {
        this.matcher = matcher;
        this.delivery = delivery;
        this.outbox = outbox;
        this.pick = pick;
        this.routed = routed;
        this.subscribing = subscribing;
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
        boolean plain =
                !ForwardingRule.namesQueues(source.kind)
                        || !isNamed(ReservedQueues.SECOND_HAND, bytes, frame);
        boolean leaves = mayLeave && ForwardingRule.reachesRoutes(source.kind);
        boolean delivered = false;
        int partCount = match.partCount();
        int partsWithGroups = 0;
        for (int p = 0; p < partCount; p++) {
            Receivers part = match.part(p);
            if (plain) {
                for (int i = 0; i < part.plainCount(); i++) {
                    delivered |= delivery.deliver(source, part.plain(i), bytes, frame);
                }
            }
            if (leaves) {
                for (int i = 0; i < part.remoteCount(); i++) {
                    targets.add(part.remote(i));
                }
            }
            partsWithGroups += part.groupCount() > 0 ? 1 : 0;
        }
        for (int p = 0; partsWithGroups > 0 && p < partCount; p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.groupCount(); i++) {
                QueueGroup group = part.group(i);
                if (ForwardingRule.namesQueues(source.kind)
                        && !isNamed(group.name(), bytes, frame)) {
                    continue;
                }
                if (partsWithGroups == 1 || isFirst(match, p, group)) {
                    members.begin(group);
                    if (partsWithGroups > 1) {
                        addFurther(match, p, group);
                    }
                    delivered |= deliverToGroup(source, mayLeave, bytes, frame);
                }
            }
        }
        delivered |= forward(source, account, bytes, frame);
        subscribing.removeExhausted();
        return delivered;
    }

    /** Whether no earlier part has members of the group: those have got it a member already. */
    private static boolean isFirst(MatchResult match, int part, QueueGroup group) {
        for (int p = 0; p < part; p++) {
            if (match.part(p).group(group.name()) != null) {
                return false;
            }
        }
        return true;
    }

    private void addFurther(MatchResult match, int part, QueueGroup group) {
        for (int p = part + 1; p < match.partCount(); p++) {
            QueueGroup further = match.part(p).group(group.name());
            if (further != null) {
                members.add(further);
            }
        }
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
    private boolean deliverToGroup(Link source, boolean mayLeave, long bytes, long frame) {
        byte[] name = members.name();
        RemoteInterest elsewhere =
                mayLeave && !ForwardingRule.namesQueues(source.kind) ? pickElsewhere() : null;
        if (elsewhere != null) {
            targets.add(elsewhere, name);
            return true;
        }
        int count = members.localCount();
        int member = count < 2 ? 0 : pick.next(count);
        for (int tried = 0; tried < count; tried++) {
            if (delivery.deliver(source, members.local(member), bytes, frame)) {
                return true;
            }
            member = member + 1 == count ? 0 : member + 1;
        }
        if (!mayLeave || members.remoteWeight() == 0) {
            return false;
        }
        RemoteInterest instead = members.remote(pick.next(members.remoteWeight()));
        if (ForwardingRule.namesQueues(source.kind)) {
            targets.add(instead, ReservedQueues.SECOND_HAND);
        }
        targets.add(instead, name);
        return true;
    }

    /** A server whose member is picked out of all there are; null if one of ours is. */
    private @Nullable RemoteInterest pickElsewhere() {
        int remoteWeight = members.remoteWeight();
        if (remoteWeight == 0) {
            return null;
        }
        int picked = pick.next(members.localCount() + remoteWeight);
        return picked < remoteWeight ? members.remote(picked) : null;
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
