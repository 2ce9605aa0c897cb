package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectWriter;

import org.jspecify.annotations.Nullable;

/**
 * From a message of one account to a subscriber of another that imports it: what it is called
 * there, and whether the subscriber may have it under that name. Routing thread; the hot path.
 */
final class ImportedDelivery implements AutoCloseable {
    /** Longest subject that one can become: more than fits into most control lines. */
    private static final int SUBJECT_BYTES = 16 * 1024;

    private final Delivery delivery;
    private final NativeBlock block = NativeBlock.allocate(SUBJECT_BYTES);
    private final Region region = block.region();
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

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
        imported.crossing(message);
        if (!through.subjects.isSame()) {
            tokens.of(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
            int length = through.subjects.toSecond(tokens, writer.into(region, 0, SUBJECT_BYTES));
            if (length <= 0) {
                return null;
            }
            imported.under(region, 0, length);
        }
        return imported;
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        block.close();
    }
}
