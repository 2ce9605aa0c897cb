package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Target;
import io.millrace.broker.routing.trace.HeaderLine;
import io.millrace.broker.routing.trace.MessageTrace;
import io.millrace.broker.routing.trace.TraceHeaders;
import io.millrace.broker.routing.trace.Undelivered;
import io.millrace.protocol.NativeBlock;

/**
 * What {@link Delivery} does, for a message that is traced: the same, with a note of each who gets
 * it or doesn't, unless it is traced only. Routing thread.
 */
final class TracedDelivery {
    private final Delivery delivery;
    private final ImportedDelivery imports;
    private final Message hopping = new Message();

    TracedDelivery(Delivery delivery, ImportedDelivery imports) {
        this.delivery = delivery;
        this.imports = imports;
    }

    /** To a subscriber; false if it doesn't get it. */
    boolean deliver(Peer source, Subscription subscription, Message message, MessageTrace trace) {
        if (subscription.peer.kind.isSpared()) {
            // The server's own services aren't shown, as in the reference.
            return trace.only() || delivery.untraced(source, subscription, message);
        }
        ImportedStream through = subscription.through;
        if (through != null) {
            return deliverImported(source, subscription, through, message, trace);
        }
        String error = obstacle(source, subscription);
        if (error.isEmpty() && !delivery.isFor(source, subscription, message)) {
            error = Undelivered.DENIED;
        }
        return append(source, subscription, message, error, trace);
    }

    private boolean deliverImported(
            Peer source,
            Subscription copy,
            ImportedStream through,
            Message message,
            MessageTrace trace) {
        Message imported = imports.as(through, message);
        if (imported == null) {
            return false;
        }
        Subscription original = copy.original;
        Account importer = through.importer;
        trace.streamed(importer, imported);
        if (!through.allowsTrace()) {
            return trace.only()
                    || delivery.isFor(source, original, importer, imported)
                            && delivery.append(source, original, imported);
        }
        String error = obstacle(source, original);
        if (error.isEmpty() && !delivery.isFor(source, original, importer, imported)) {
            error = Undelivered.DENIED;
        }
        return append(source, copy, imported, error, trace);
    }

    /** What keeps a subscriber from any message of a source; empty for nothing. */
    private static String obstacle(Peer source, Subscription subscription) {
        Peer target = subscription.peer;
        if (target == source && !source.echo) {
            return Undelivered.NO_ECHO;
        }
        if (target.closing) {
            return Undelivered.CLOSED;
        }
        if (subscription.closed) {
            return subscription.max > 0 && subscription.delivered >= subscription.max
                    ? Undelivered.EXHAUSTED
                    : Undelivered.UNSUBSCRIBED;
        }
        return "";
    }

    /**
     * Appends a message, unless something is wrong or it is traced only.
     *
     * @param found the subscription as it was found
     */
    private boolean append(
            Peer source, Subscription found, Message message, String error, MessageTrace trace) {
        boolean gets = error.isEmpty();
        String why = error;
        if (gets && !trace.only() && !delivery.append(source, found.original, message)) {
            gets = false;
            why = found.peer.closing ? Undelivered.CLOSED : Undelivered.TOO_SLOW;
        }
        trace.out(found, why);
        return gets;
    }

    /** To another server, which goes on with the trace; also if the message is traced only. */
    boolean forward(Peer source, Target to, Account account, Message message, MessageTrace trace) {
        Peer target = to.peer();
        if (delivery.isDenied(to, message)) {
            trace.forwarded(target, "", Undelivered.PUBLISH_DENIED);
            return false;
        }
        String hop = trace.nextHop();
        if (!target.traces && trace.only()) {
            trace.forwarded(target, hop, Undelivered.NOT_TRACING);
            return true;
        }
        boolean gets;
        hopping.crossing(message);
        try (NativeBlock headers = HeaderLine.set(hopping, TraceHeaders.HOP, hop)) {
            assert headers.region().length() == hopping.headerLength();
            gets = delivery.append(source, to, account, hopping);
        }
        String lost = target.closing ? Undelivered.CLOSED : Undelivered.TOO_SLOW;
        trace.forwarded(target, hop, gets ? target.traces ? "" : Undelivered.UNTRACED : lost);
        return gets;
    }
}
