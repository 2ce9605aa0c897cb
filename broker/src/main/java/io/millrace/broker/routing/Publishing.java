package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReservedQueues;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.GroupMembers;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.MatchedGroups;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.match.QueueGroup;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * From a message to those who get it: the match, queue groups, and the servers that want it.
 * Whether its source may send it has been found out before. Routing thread; the hot path.
 */
final class Publishing {
    private final Matcher matcher;
    private final Delivery delivery;
    private final QueuePick pick;
    private final RoutedInterest routed;
    private final Subscribing subscribing;
    private final Crossings crossings;
    private final Fanout fanout = new Fanout();
    private final Reach reach = new Reach();
    private final DirectReplies direct;

    Publishing(
            Matcher matcher,
            Delivery delivery,
            QueuePick pick,
            RoutedInterest routed,
            Subscribing subscribing,
            Crossings crossings,
            DirectReplies direct) {
        this.matcher = matcher;
        this.delivery = delivery;
        this.pick = pick;
        this.routed = routed;
        this.subscribing = subscribing;
        this.crossings = crossings;
        this.direct = direct;
        crossings.spreadBy(this);
    }

    /** Who gets a message in an account. */
    MatchResult match(Account account, Message message) {
        return matcher.match(
                account.index,
                message.subjectBytes(),
                message.subjectOffset(),
                message.subjectLength(),
                message.subjectHash());
    }

    /**
     * Gives a message to all that are to get it.
     *
     * @param match who that is, found just now
     * @return false if nobody is
     */
    boolean distribute(Peer source, Account account, MatchResult match, Message message) {
        boolean delivered = spread(source, account, match, message);
        subscribing.removeExhausted();
        return delivered;
    }

    /** The same of a message that may be one on its way from account to account. */
    boolean spread(Peer source, Account account, MatchResult match, Message message) {
        if (direct.isOn() && DirectReplies.concern(message)) {
            return direct.send(this, delivery, source, account, message);
        }
        boolean named = namesQueues(source, message);
        boolean plain = !named || !ReservedQueues.isSecondHand(message.frame());
        fanout.begin();
        boolean delivered = false;
        int partCount = match.partCount();
        int remotes = 0;
        int partsWithGroups = 0;
        int leaving = 0;
        for (int p = 0; p < partCount; p++) {
            Receivers part = match.part(p);
            if (plain) {
                for (int i = 0; i < part.plainCount(); i++) {
                    delivered |= delivery.deliver(source, Subscription.of(part.plain(i)), message);
                }
            }
            remotes += part.remoteCount();
            partsWithGroups += part.groupCount() > 0 ? 1 : 0;
            leaving += part.crossingCount();
        }
        if (remotes + partsWithGroups > 0) {
            reach.of(source, message, routed.mayLeave(message));
            if (plain) {
                addServers(match);
            }
            if (partsWithGroups > 0) {
                delivered |= distributeToGroups(source, match, partsWithGroups, message);
            }
        }
        delivered |= forward(source, account, message);
        if (leaving > 0 && plain) {
            // The last thing, as what the message needs here serves it there, too.
            delivered |= crossings.cross(source, match, message);
        }
        return delivered;
    }

    /**
     * Whether a message is only for the queue groups that it names: not what has come from another
     * account, of which whoever sent it knew nothing.
     */
    private static boolean namesQueues(Peer source, Message message) {
        return ForwardingRule.namesQueues(source.kind) && !message.isForAllQueues();
    }

    /** Adds the servers that want a message for themselves, whatever groups they have. */
    private void addServers(MatchResult match) {
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.remoteCount(); i++) {
                RemoteInterest told = RemoteInterest.of(part.remote(i));
                if (reach.includes(told)) {
                    fanout.add(told);
                }
            }
        }
    }

    // --- runs

    /**
     * Gives a run to all that are to get its messages, subscriber by subscriber. What each of them
     * gets, and in what order, is what it would get message by message.
     *
     * @param match who that is, found just now
     * @return false if they can't be spread so; then nobody has got anything
     */
    boolean distribute(Peer source, Account account, MatchResult match, Message first, Run run) {
        if (direct.isOn() && DirectReplies.concern(first) || !takes(source, match, run)) {
            return false;
        }
        int remotes = 0;
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                delivery.deliver(source, Subscription.of(part.plain(i)), first, run);
            }
            remotes += part.remoteCount();
        }
        if (remotes > 0) {
            reach.of(source, first, routed.mayLeave(first));
            forward(source, account, match, run);
        }
        return true;
    }

    /** Sends the messages of a run to the servers that they are meant for, the same for each. */
    private void forward(Peer source, Account account, MatchResult match, Run run) {
        for (int i = 0; i < run.count(); i++) {
            fanout.begin();
            addServers(match);
            if (fanout.count() == 0) {
                return;
            }
            forward(source, account, run.message(i));
        }
    }

    private boolean takes(Peer source, MatchResult match, Run run) {
        // Of a queue group each message is for another member; a run names none.
        if (!ForwardingRule.namesQueues(source.kind) && match.hasGroups()
                || !match.staysInAccount()) {
            return false;
        }
        delivery.beginRun();
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                if (!delivery.takes(Subscription.of(part.plain(i)), run)) {
                    return false;
                }
            }
        }
        return true;
    }

    // --- queue groups

    /** To one member of each queue group, of all that asked for any of the subjects. */
    private boolean distributeToGroups(
            Peer source, MatchResult match, int partsWithGroups, Message message) {
        MatchedGroups groups = fanout.groups;
        boolean named = namesQueues(source, message);
        boolean delivered = false;
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.groupCount(); i++) {
                QueueGroup group = part.group(i);
                if (named && !isNamed(group.name(), message.frame())) {
                    continue;
                }
                if (partsWithGroups > 1) {
                    groups.add(group);
                } else {
                    fanout.members.begin(group);
                    delivered |= deliverToGroup(source, message);
                }
            }
        }
        if (partsWithGroups > 1) {
            for (int i = 0; i < groups.count(); i++) {
                if (groups.isFirst(i)) {
                    groups.gather(i, fanout.members);
                    delivered |= deliverToGroup(source, message);
                }
            }
            groups.clear();
        }
        return delivered;
    }

    /**
     * To one member: a random one of all there are in the cluster, or the next that can take it; if
     * there is none, one beyond. Members that are elsewhere get it with {@link #forward}.
     *
     * @return whether one that is here got it
     */
    private boolean deliverToGroup(Peer source, Message message) {
        GroupMembers members = fanout.members;
        Interest elsewhere = reach.includesRoutes() ? pickElsewhere() : null;
        if (elsewhere != null) {
            fanout.add(RemoteInterest.of(elsewhere), members.name());
            return false;
        }
        int count = members.localCount();
        int member = count < 2 ? 0 : pick.next(count);
        for (int i = 0; i < count; i++) {
            Subscription tried = Subscription.of(members.local(member));
            if (delivery.deliver(source, tried, message)) {
                return true;
            }
            member = member + 1 == count ? 0 : member + 1;
        }
        if (reach.includesRoutes()) {
            if (!handOn(members, false)) {
                sendBeyond(members);
            }
        } else if (!sendBeyond(members) && mayHandOn(source, message)) {
            handOn(members, true);
        }
        return false;
    }

    /**
     * Whether what another server has sent for members that are lost may go to a third one. Where
     * none of the members may have it, it would go round for ever.
     */
    private boolean mayHandOn(Peer source, Message message) {
        return source.kind == PeerKind.ROUTE
                && reach.mayLeave()
                && !ReservedQueues.isSecondHand(message.frame());
    }

    /** To a member of another server of the cluster, though another one was picked. */
    private boolean handOn(GroupMembers members, boolean secondHand) {
        if (members.remoteWeight() == 0) {
            return false;
        }
        Interest instead = members.remote(pick.next(members.remoteWeight()));
        if (instead == null) {
            return false;
        }
        if (secondHand) {
            fanout.add(RemoteInterest.of(instead), ReservedQueues.SECOND_HAND);
        }
        fanout.add(RemoteInterest.of(instead), members.name());
        return true;
    }

    /** To a member beyond the cluster: of a leaf node, or else of the cluster that is nearest. */
    private boolean sendBeyond(GroupMembers members) {
        int count = members.farCount();
        if (count == 0) {
            return false;
        }
        RemoteInterest found = reach.beyond(members, count, pick);
        if (found == null) {
            return false;
        }
        fanout.add(found, members.name());
        return true;
    }

    /** A server whose member is picked out of all there are; null if one of ours is. */
    private @Nullable Interest pickElsewhere() {
        GroupMembers members = fanout.members;
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

    /** Sends a message to the servers it is meant for, once to each; false if none gets it. */
    private boolean forward(Peer source, Account account, Message message) {
        int count = fanout.count();
        if (count == 0) {
            return false;
        }
        boolean sent = false;
        for (int i = 0; i < count; i++) {
            sent |= delivery.forward(source, fanout.target(i), account, message);
        }
        fanout.clear();
        return sent;
    }
}
