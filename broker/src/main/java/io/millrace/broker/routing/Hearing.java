package io.millrace.broker.routing;

import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.watch.Listeners;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Whether those who ask services listen for the answers. That is looked at when all that came with
 * their requests has been routed, right before the services get them: who has unsubscribed behind a
 * request doesn't hear its answer. Routing thread; makes no garbage.
 */
final class Hearing implements AutoCloseable {
    /** Requests that wait to be looked at; if there are more, they are looked at sooner. */
    private static final int MOST = 256;

    private final Listeners listeners = new Listeners();

    // Requests that services are about to get, side by side.
    private final MessageRecord.Draft[] records = new MessageRecord.Draft[MOST];
    private final @Nullable Peer[] services = new Peer[MOST];
    private final @Nullable Account[] accounts = new Account[MOST];
    private int count;

    Hearing() {
        Arrays.setAll(records, i -> new MessageRecord.Draft());
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
        records[count].moveTo(service.outbound, bytes);
        services[count] = service;
        accounts[count] = account;
        count++;
    }

    /** Looks at all there are, and marks those whose answer nobody would hear. */
    void look() {
        int open = count;
        count = 0;
        for (int i = 0; i < open; i++) {
            Peer service = services[i];
            Account account = accounts[i];
            // Who is gone is held no longer.
            services[i] = null;
            accounts[i] = null;
            if (service != null && account != null && !isHeard(records[i], service, account)) {
                records[i].unheard();
            }
        }
    }

    private boolean isHeard(MessageRecord.Draft request, Peer service, Account account) {
        return listeners.hear(
                account, request.bytes(), request.replyOffset(), request.replyLength(), service);
    }

    @Override
    public void close() {
        listeners.close();
    }
}
