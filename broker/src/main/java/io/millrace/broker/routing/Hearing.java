package io.millrace.broker.routing;

import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.watch.Listeners;

import org.jspecify.annotations.Nullable;

/**
 * Whether those who ask services listen for the answers. That is looked at when all that came with
 * their requests has been routed, right before the services get them: who has unsubscribed behind a
 * request doesn't hear its answer. Routing thread; makes no garbage.
 */
final class Hearing implements AutoCloseable {
    /** Requests that wait to be looked at; if there are more, they are looked at sooner. */
    private static final int MOST = 256;

    private final Listeners listeners = new Listeners();
    private final @Nullable Asked[] asked = new Asked[MOST];
    private int count;

    /** A request that a service is about to get. */
    private static final class Asked {
        final MessageRecord.Draft record = new MessageRecord.Draft();
        Peer service;
        Account account;

        Asked(Peer service, Account account) {
            this.service = service;
            this.account = account;
        }
    }

    /**
     * A request was appended to a service's queue.
     *
     * @param account in which it is answered
     * @param bytes of its record
     */
    void add(Peer service, Account account, int bytes) {
        if (count == MOST) {
            look();
        }
        Asked next = asked[count];
        if (next == null) {
            next = new Asked(service, account);
            asked[count] = next;
        }
        next.record.moveTo(service.outbound, bytes);
        next.service = service;
        next.account = account;
        count++;
    }

    /** Looks at all there are, and marks those whose answer nobody would hear. */
    void look() {
        int open = count;
        count = 0;
        for (int i = 0; i < open; i++) {
            Asked each = asked[i];
            if (each != null && !isHeard(each)) {
                each.record.unheard();
            }
        }
    }

    private boolean isHeard(Asked request) {
        MessageRecord.Draft record = request.record;
        return listeners.hear(
                request.account,
                record.bytes(),
                record.replyOffset(),
                record.replyLength(),
                request.service);
    }

    @Override
    public void close() {
        listeners.close();
    }
}
