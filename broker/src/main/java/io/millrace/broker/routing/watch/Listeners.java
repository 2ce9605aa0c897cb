package io.millrace.broker.routing.watch;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.GroupMembers;
import io.millrace.broker.routing.match.QueueGroup;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerInterest;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Finds whether anybody hears what a service publishes. Routing thread.
 *
 * <p>As in the reference, it is subscriptions that count, whatever their clients' permissions keep
 * away. What leads into another account counts, too, whoever is there. Of services those count that
 * ask in this account, and who watches if it gets what it says itself: a stream does listen. What
 * is asked for in every account doesn't: it is there whether or not anybody wants something.
 */
public final class Listeners implements AutoCloseable {
    private static final int SUBJECT_BYTES = 4096;

    private final GroupMembers members = new GroupMembers();
    private final Predicate<Receivers> hearing = this::hears;
    private NativeBlock memory = NativeBlock.allocate(SUBJECT_BYTES);

    // What is looked at.
    private Region bytes = Region.NONE;
    private int offset;
    private int length;
    private @Nullable Peer publisher;

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
        return hear(account, memory.region(), 0, subject.length, watching);
    }

    /**
     * Whether anybody hears it. Makes no garbage, but where a gateway's interest is told by what it
     * doesn't want.
     *
     * @param subject where the subject stands, a literal
     * @param by who would publish it
     */
    public boolean hear(Account account, Region subject, int at, int subjectLength, Peer by) {
        bytes = subject;
        offset = at;
        length = subjectLength;
        publisher = by;
        // Not by the cache, where it would take the place of what is published often.
        return account.index.anyMatch(subject, at, subjectLength, hearing);
    }

    private boolean hears(Receivers part) {
        if (part.crossingCount() > 0) {
            return true;
        }
        for (int i = 0; i < part.plainCount(); i++) {
            if (hears(Subscription.of(part.plain(i)))) {
                return true;
            }
        }
        for (int i = 0; i < part.remoteCount(); i++) {
            if (hears(RemoteInterest.of(part.remote(i)))) {
                return true;
            }
        }
        for (int i = 0; i < part.groupCount(); i++) {
            if (hears(part.group(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean hears(QueueGroup group) {
        members.begin(group);
        for (int i = 0; i < members.localCount(); i++) {
            if (hears(Subscription.of(members.local(i)))) {
                return true;
            }
        }
        for (int i = 0; i < members.farCount(); i++) {
            if (hears(RemoteInterest.of(members.far(i)))) {
                return true;
            }
        }
        return members.remoteWeight() > 0 && members.remote(0) != null;
    }

    private boolean hears(Subscription here) {
        return (here.peer != publisher || here.peer.echo)
                && !here.closed
                && here.serviceSid >= 0
                && isOpen(here);
    }

    private boolean hears(RemoteInterest told) {
        return isOpen(told)
                && (told.unwanted == null
                        || !told.unwanted.includes(
                                new String(
                                        bytes.bytes(offset, length), StandardCharsets.ISO_8859_1)));
    }

    private static boolean isOpen(PeerInterest interest) {
        return !interest.peer.closing && (interest.through == null || !interest.through.ended);
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        memory.close();
    }
}
