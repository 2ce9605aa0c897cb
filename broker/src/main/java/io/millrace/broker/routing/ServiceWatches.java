package io.millrace.broker.routing;

import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.delivery.WatchBoard;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.watch.InterestWatches;
import io.millrace.broker.routing.watch.Watch;
import io.millrace.broker.routing.watch.Watcher;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** What one service watches, and how it is told. Routing thread. */
final class ServiceWatches implements Watcher {
    private final ServicePeer service;
    private final InterestWatches watches;
    private final Outbox outbox;

    /** By the service's numbers of them. */
    private @Nullable Watch[] byNumber = {};

    ServiceWatches(ServicePeer service, InterestWatches watches, Outbox outbox) {
        this.service = service;
        this.watches = watches;
        this.outbox = outbox;
    }

    @Override
    public Peer peer() {
        return service.peer;
    }

    void begin(int number, String account, byte[] subject) {
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(number + 1, 2 * byNumber.length));
        }
        byNumber[number] = watches.add(this, number, account, subject);
    }

    void end(int number) {
        Watch ended = byNumber[number];
        if (ended == null) {
            throw new IllegalStateException("no number of a watch: " + number);
        }
        byNumber[number] = null;
        watches.remove(ended);
    }

    /** The service has ended. */
    void close() {
        for (Watch each : byNumber) {
            if (each != null) {
                watches.forget(each);
            }
        }
        watches.forget(this);
    }

    @Override
    public void tell(int watch, boolean interested) {
        put(watch, interested ? WatchBoard.INTERESTED : WatchBoard.UNINTERESTED);
    }

    @Override
    public void ended(int watch) {
        put(watch, WatchBoard.ENDED);
    }

    private void put(int watch, int word) {
        if (service.board().put(watch, word) == WatchBoard.NOTHING) {
            outbox.markDirty(service.peer);
            try {
                MessageRecord.writeNotice(service.messages(), watch);
            } catch (OutOfMemoryError e) {
                service.board().take(watch);
                throw e;
            }
        }
    }
}
