package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.crossing.OtherSubject;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;

import org.jspecify.annotations.Nullable;

/**
 * From a message of one account to a subscriber of another that imports it: what it is called
 * there, and whether the subscriber may have it under that name. Routing thread; the hot path.
 */
final class ImportedDelivery implements AutoCloseable {
    private final Delivery delivery;
    private final OtherSubject subject = new OtherSubject();

    /** The message as the importing account sees it. */
    private final Message imported = new Message();

    ImportedDelivery(Delivery delivery) {
        this.delivery = delivery;
    }

    /**
     * Appends a message to a subscriber's queue; false if it doesn't get it.
     *
     * @param copy of the subscription, in the exporting account
     */
    boolean deliver(Peer source, Subscription copy, ImportedStream through, Message message) {
        Message seen = as(through, message);
        Subscription original = copy.original;
        return seen != null
                && delivery.isFor(source, original, through.importer, seen)
                && delivery.append(source, original, seen);
    }

    /** What a message is in the account that imports it; null if it isn't there. */
    @Nullable Message as(ImportedStream through, Message message) {
        if (message.isCrossed() || through.ended) {
            // As in the reference: a request isn't what the account exports as a stream.
            return null;
        }
        return subject.toSecond(imported.crossing(message), through.subjects) ? imported : null;
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        subject.close();
    }
}
