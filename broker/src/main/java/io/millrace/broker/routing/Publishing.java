package io.millrace.broker.routing;

import io.millrace.broker.log.Quoted;
import io.millrace.protocol.Frame;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Region;
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
    private final MatchedGroups matched = new MatchedGroups();
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
    void publish(Client source, Frame frame) {
        source.inMessages++;
        source.inBytes += frame.payloadLength();
        if (source.options.pedantic() && !hasValidSubject(frame)) {
            outbox.refuse(source, ProtocolError.INVALID_PUBLISH_SUBJECT.text());
        }
        MatchResult match = match(source.account, frame);
        if (source.permissions != null && !mayPublish(source, source.permissions, frame)) {
            return;
        }
        if (hasReservedReply(frame)) {
            refuseReply(source, frame);
            return;
        }
        if (source.options.verbose()) {
            outbox.ok(source);
        }
        boolean delivered = distribute(source, source.account, match, frame);
        if (!delivered && source.options.noResponders() && frame.secondLength() > 0) {
            delivery.sayNobodyListens(source, frame);
        }
    }

    private static boolean hasValidSubject(Frame frame) {
        return Subject.isValidLiteral(frame.bytes(), frame.subjectOffset(), frame.subjectLength());
    }

    /** Does an RMSG or HMSG, which another server sent since somebody here wants it. */
    void publish(Route source, Frame frame) {
        Account account = routed.account(source, frame);
        int length = frame.payloadLength();
        source.inMessages++;
        source.inBytes += length;
        if (account == null) {
            outbox.debug(
                    source,
                    "Unknown account for routed message on subject: \""
                            + Tracer.subject(frame)
                            + '"');
            return;
        }
        account.received(length);
        distribute(source, account, match(account, frame), frame);
    }

    /** Gives a message to all that are to get it; false if nobody is. */
    private boolean distribute(Peer source, Account account, MatchResult match, Frame frame) {
        boolean mayLeave = routed.mayLeave(frame);
        boolean plain =
                !ForwardingRule.namesQueues(source.kind) || !ReservedQueues.isSecondHand(frame);
        boolean leaves = mayLeave && ForwardingRule.reachesRoutes(source.kind);
        // A defect may have cut the message before short.
        targets.clear();
        matched.clear();
        boolean delivered = false;
        int partCount = match.partCount();
        int partsWithGroups = 0;
        for (int p = 0; p < partCount; p++) {
            Receivers part = match.part(p);
            if (plain) {
                for (int i = 0; i < part.plainCount(); i++) {
                    delivered |= delivery.deliver(source, part.plain(i), frame);
                }
            }
            if (leaves) {
                for (int i = 0; i < part.remoteCount(); i++) {
                    targets.add(part.remote(i));
                }
            }
            partsWithGroups += part.groupCount() > 0 ? 1 : 0;
        }
        if (partsWithGroups > 0) {
            delivered |= distributeToGroups(source, match, partsWithGroups, mayLeave, frame);
        }
        delivered |= forward(source, account, frame);
        subscribing.removeExhausted();
        return delivered;
    }

    /** To one member of each queue group, of all that asked for any of the subjects. */
    private boolean distributeToGroups(
            Peer source, MatchResult match, int partsWithGroups, boolean mayLeave, Frame frame) {
        boolean delivered = false;
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.groupCount(); i++) {
                QueueGroup group = part.group(i);
                if (ForwardingRule.namesQueues(source.kind) && !isNamed(group.name(), frame)) {
                    continue;
                }
                if (partsWithGroups > 1) {
                    matched.add(group);
                } else {
                    members.begin(group);
                    delivered |= deliverToGroup(source, mayLeave, frame);
                }
            }
        }
        if (partsWithGroups > 1) {
            for (int i = 0; i < matched.count(); i++) {
                if (matched.isFirst(i)) {
                    matched.gather(i, members);
                    delivered |= deliverToGroup(source, mayLeave, frame);
                }
            }
            matched.clear();
        }
        return delivered;
    }

    private MatchResult match(Account account, Frame frame) {
        return matcher.match(
                account,
                frame.bytes(),
                frame.subjectOffset(),
                frame.subjectLength(),
                frame.subjectHash());
    }

    /** Whether a client may publish to the subject that was matched last; it is told if not. */
    private boolean mayPublish(Client source, Permissions permissions, Frame frame) {
        Region bytes = frame.bytes();
        int subject = frame.subjectOffset();
        int length = frame.subjectLength();
        if (permissions.mayPublish(bytes, subject, length, matcher.token())) {
            return true;
        }
        if (source.replyPermits != null
                && source.replyPermits.use(
                        Permissions.text(bytes, subject, length), System.nanoTime())) {
            return true;
        }
        String shown = Quoted.text(bytes.bytes(subject, length));
        outbox.refuse(source, ProtocolError.publishViolation(shown));
        outbox.error(source, "Publish Violation - Subject \"" + shown + '"');
        return false;
    }

    private static boolean hasReservedReply(Frame frame) {
        int length = frame.secondLength();
        return length > 0 && ReservedSubjects.isReply(frame.bytes(), frame.secondOffset(), length);
    }

    private void refuseReply(Client source, Frame frame) {
        String shown = Quoted.text(frame.second());
        outbox.refuse(source, ProtocolError.replyViolation(shown));
        outbox.error(source, "Publish Violation - Reply \"" + shown + '"');
    }

    // --- queue groups

    /**
     * To one member: a random one of all there are, or the next that can take it. Members that are
     * elsewhere get it with {@link #forward}.
     */
    private boolean deliverToGroup(Peer source, boolean mayLeave, Frame frame) {
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
            if (delivery.deliver(source, members.local(member), frame)) {
                return true;
            }
            member = member + 1 == count ? 0 : member + 1;
        }
        if (!mayLeave || members.remoteWeight() == 0) {
            return false;
        }
        RemoteInterest instead = members.remote(pick.next(members.remoteWeight()));
        if (instead == null) {
            return false;
        }
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
    private static boolean isNamed(byte[] group, Frame frame) {
        Region bytes = frame.bytes();
        int start = frame.queuesOffset();
        int end = start + frame.queuesLength();
        while (start < end) {
            int behind = bytes.indexOf((byte) ' ', start, end);
            if (behind - start == group.length && bytes.equal(start, group)) {
                return true;
            }
            start = behind + 1;
        }
        return false;
    }

    // --- other servers

    /** Sends a message to the servers it is meant for, once to each; false if there is none. */
    private boolean forward(Peer source, Account account, Frame frame) {
        int count = targets.count();
        if (count == 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            delivery.forward(source, targets.get(i), account, frame);
        }
        targets.clear();
        return true;
    }
}
