package io.millrace.broker.routing.interest;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafWatcher;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.protocol.Frame;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

/**
 * Interest that crosses leaf nodes' connections, in both directions. What a leaf node of this
 * server wants counts as what a client wants: it imports what its account does, and the other
 * servers of the cluster are told. What a hub wants is between it and this server. Routing thread.
 */
public final class LeafInterest implements HeardInterest.Changes {
    private final Outbox outbox;
    private final RoutedInterest routed;
    private final StreamImports imports;
    private final HeardInterest heard;
    private LeafWatcher watcher = LeafWatcher.NONE;

    public LeafInterest(
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            InterestMemory memory,
            Departures departures,
            RoutedInterest routed,
            Subscribing subscribing) {
        this.outbox = outbox;
        this.routed = routed;
        imports = subscribing.imports();
        heard = new HeardInterest(matcher, outbox, counters, memory, departures, this, _ -> true);
    }

    /** Tells somebody of what is wrong with a connection. */
    public void watch(LeafWatcher newWatcher) {
        watcher = newWatcher;
    }

    // --- ours

    /** Tells the other side everything, and what changes from here on. */
    public void add(Leaf leaf, Account account) {
        routed.beyond().add(leaf, account);
    }

    /** Something else holds on a connection: tells the other side everything anew. */
    public void addAgain(Leaf leaf, Account account) {
        routed.beyond().tellAgain(leaf, account);
    }

    /** A connection has ended, and with it what was told over it. */
    public void remove(Leaf leaf, Account account) {
        routed.beyond().remove(leaf, account);
        heard.removeAll(leaf);
    }

    // --- theirs

    /** The other side has told of interest. */
    public void subscribed(Leaf leaf, Account account, Frame frame) {
        byte[] subject = frame.subject();
        byte[] queue = frame.second();
        Region bytes = frame.bytes();
        int offset = frame.subjectOffset();
        String key = InterestKey.text(subject);
        boolean mark = Beyond.isLoopMark(key);
        if (mark && routed.beyond().isOwnMark(account, key)) {
            watcher.onLoop(leaf);
            return;
        }
        Permissions permissions = leaf.peer.permissions;
        if (permissions != null
                && !mark
                && !key.startsWith(Beyond.GATEWAY_REPLIES)
                && !Subject.hasWildcard(key)
                && !permissions.mayPublish(bytes, offset, subject.length, 0)) {
            outbox.debug(
                    leaf.peer,
                    "Permissions Violation for Subscription to \"" + shown(subject) + '"');
            violated(leaf, "Subscription", shown(subject));
            return;
        }
        if (!Subject.isValid(bytes, offset, subject.length)) {
            outbox.error(
                    leaf.peer,
                    "Could not insert subscription: sublist: invalid subject \""
                            + shown(subject)
                            + '"');
            outbox.refuse(leaf.peer, ProtocolError.INVALID_SUBJECT.text());
            return;
        }
        RemoteInterest interest =
                new RemoteInterest(leaf.peer, account, subject, queue, Math.max(1, frame.weight()));
        if (heard.insert(leaf, interest, bytes, offset) && account.streams.length > 0) {
            imports.add(interest);
        }
    }

    /**
     * The other side has done what it may not. A hub isn't turned away: it has said itself what
     * this server may do there, and others' is left unheard.
     *
     * @param what it was
     * @param subject where, as logs show it
     */
    public void violated(Leaf leaf, String what, String subject) {
        if (leaf.isToHub()) {
            return;
        }
        outbox.refuse(leaf.peer, "Permissions Violation for " + what + " to \"" + subject + '"');
        outbox.error(
                leaf.peer,
                what + " Violation on \"" + subject + "\" - Check other side configuration");
        watcher.onViolation(leaf);
        if (!leaf.peer.closing) {
            outbox.end(leaf.peer, CloseReason.PROTOCOL_VIOLATION);
        }
    }

    private static String shown(byte[] subject) {
        return Quoted.text(subject);
    }

    /** The other side has told that interest is gone. */
    public void unsubscribed(Leaf leaf, Account account, Frame frame) {
        heard.remove(
                leaf, HeardInterest.key(account, InterestKey.of(frame.subject(), frame.second())));
    }

    @Override
    public void came(RemoteInterest interest, int more) {
        if (interest.hasCopies()) {
            // It has inherited them, with the number of members that there were.
            imports.remove(interest);
            imports.add(interest);
        }
        routed.came(interest, more);
        if (!interest.peer.kind.isHub()) {
            routed.leafChanged(interest, more);
        }
    }

    @Override
    public void went(RemoteInterest interest) {
        if (interest.hasCopies()) {
            imports.remove(interest);
        }
        if (!interest.peer.kind.isHub()) {
            routed.leafChanged(interest, -interest.weight);
        }
        routed.went(interest);
    }
}
