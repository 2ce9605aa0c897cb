package io.millrace.broker.routing.watch;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.GroupMembers;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.QueueGroup;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerInterest;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;

import java.nio.charset.StandardCharsets;

/**
 * Finds whether anybody hears what a service publishes. Routing thread.
 *
 * <p>As in the reference, it is subscriptions that count, whatever their clients' permissions keep
 * away. What leads into another account counts, too, whoever is there. Of services those count that
 * ask in this account, and who watches if it gets what it says itself: a stream does listen. What
 * is asked for in every account doesn't: it is there whether or not anybody wants something.
 */
final class Listeners {
    private static final int SUBJECT_BYTES = 4096;

    private final GroupMembers members = new GroupMembers();
    private NativeBlock memory = NativeBlock.allocate(SUBJECT_BYTES);

    /**
     * Whether anybody hears it.
     *
     * @param watching who would publish it
     */
    boolean hear(WatchedSubject watched, Peer watching) {
        Account account = watched.account.account();
        byte[] subject = watched.subject;
        if (account == null) {
            return false;
        }
        if (subject.length > memory.region().length()) {
            memory.close();
            memory = NativeBlock.allocate(2 * subject.length);
        }
        memory.region().put(0, subject);
        // Not by the cache, where it would take the place of what is published often.
        MatchResult match = account.index.match(memory.region(), 0, subject.length);
        for (int p = 0; p < match.partCount(); p++) {
            if (hear(match.part(p), subject, watching)) {
                return true;
            }
        }
        return false;
    }

    private boolean hear(Receivers part, byte[] subject, Peer watching) {
        if (part.crossingCount() > 0) {
            return true;
        }
        for (int i = 0; i < part.plainCount(); i++) {
            if (hears(Subscription.of(part.plain(i)), watching)) {
                return true;
            }
        }
        for (int i = 0; i < part.remoteCount(); i++) {
            if (hears(RemoteInterest.of(part.remote(i)), subject)) {
                return true;
            }
        }
        for (int i = 0; i < part.groupCount(); i++) {
            if (hears(part.group(i), subject, watching)) {
                return true;
            }
        }
        return false;
    }

    private boolean hears(QueueGroup group, byte[] subject, Peer watching) {
        members.begin(group);
        for (int i = 0; i < members.localCount(); i++) {
            if (hears(Subscription.of(members.local(i)), watching)) {
                return true;
            }
        }
        for (int i = 0; i < members.farCount(); i++) {
            if (hears(RemoteInterest.of(members.far(i)), subject)) {
                return true;
            }
        }
        return members.remoteWeight() > 0 && members.remote(0) != null;
    }

    private static boolean hears(Subscription here, Peer watching) {
        return (here.peer != watching || watching.echo)
                && !here.closed
                && here.serviceSid >= 0
                && isOpen(here);
    }

    private static boolean hears(RemoteInterest told, byte[] subject) {
        return isOpen(told)
                && (told.unwanted == null
                        || !told.unwanted.includes(
                                new String(subject, StandardCharsets.ISO_8859_1)));
    }

    private static boolean isOpen(PeerInterest interest) {
        return !interest.peer.closing && (interest.through == null || !interest.through.ended);
    }

    /** Frees what it allocated. */
    void close() {
        memory.close();
    }
}
