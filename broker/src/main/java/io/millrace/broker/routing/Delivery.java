package io.millrace.broker.routing;

import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;

/**
 * From a message and one who gets it to that one's queue, and what becomes of those who are too
 * slow. Routing thread; the hot path.
 */
final class Delivery {
    private final Tracer tracer;
    private final Matcher matcher;
    private final Subscribing subscribing;
    private final Outbox outbox;
    private final Counters counters;
    private final SlowConsumers slow;
    private final MessageWriter writer = new MessageWriter();
    private boolean stallProducers;
    private PendingBounds bounds;

    Delivery(
            RouterLimits limits,
            Tracer tracer,
            Matcher matcher,
            Subscribing subscribing,
            Outbox outbox,
            Counters counters,
            SlowConsumers slow) {
        stallProducers = limits.stallProducers();
        bounds = limits.pending();
        this.tracer = tracer;
        this.matcher = matcher;
        this.subscribing = subscribing;
        this.outbox = outbox;
        this.counters = counters;
        this.slow = slow;
    }

    void use(RouterLimits limits) {
        stallProducers = limits.stallProducers();
        bounds = limits.pending();
    }

    /** Appends a message to the subscriber's queue; false if it doesn't get it. */
    boolean deliver(Link source, Subscription subscription, long bytes, long frame) {
        Client target = subscription.client;
        if (target == source && !source.echo || subscription.closed || target.closing) {
            return false;
        }
        if (subscription.filter != null && !passes(subscription.filter, bytes, frame)) {
            return false;
        }
        OutboundQueue queue = target.outbound;
        boolean slowly = queue.isPendingOver(bounds.clients().nearlyFullBytes());
        if (slowly) {
            noteSlow(target, bytes, frame);
            if (mustNotStall(source)) {
                return false;
            }
        }
        subscription.delivered++;
        count(target, frame);
        outbox.markDirty(target);
        try {
            writer.write(queue, bytes, frame, subscription.sid, target.headers);
        } catch (OutOfMemoryError e) {
            // No native memory left for queues: the consumer that can't keep up pays.
            slowConsumer(target, bytes, frame);
            return false;
        }
        if (target.replyPermits != null) {
            grantReply(target, target.replyPermits, bytes, frame);
        }
        if (tracer.isOn()) {
            tracer.delivered(subscription, bytes, frame);
        }
        if (slowly && !bear(source, target, bounds.clients(), bytes, frame)) {
            return true;
        }
        if (subscription.max > 0 && subscription.delivered >= subscription.max) {
            outbox.debug(
                    target,
                    "Auto-unsubscribe limit of "
                            + subscription.max
                            + " reached for sid '"
                            + Tracer.text(subscription.sid.sid())
                            + "'");
            subscribing.exhausted(subscription);
        }
        return true;
    }

    /** Appends a message to the queue of a route that it has been targeted at. */
    void forward(Link source, Route target, Account account, long bytes, long frame) {
        if (target.closing) {
            return;
        }
        OutboundQueue queue = target.outbound;
        boolean slowly = queue.isPendingOver(bounds.routes().nearlyFullBytes());
        if (slowly) {
            noteSlow(target, bytes, frame);
            if (mustNotStall(source)) {
                return;
            }
        }
        account.forwarded(count(target, frame));
        outbox.markDirty(target);
        byte[] name =
                target.share != null && target.share.isOneAccounts()
                        ? MessageWriter.NO_ACCOUNT
                        : account.routedName;
        try {
            writer.writeRouted(
                    queue,
                    name,
                    bytes,
                    frame,
                    target.queues(),
                    target.queueCount(),
                    target.headers);
        } catch (OutOfMemoryError e) {
            slowConsumer(target, bytes, frame);
            return;
        }
        if (tracer.isOn()) {
            tracer.forwarded(target, account, bytes, frame);
        }
        if (slowly) {
            bear(source, target, bounds.routes(), bytes, frame);
        }
    }

    /** Counts a message; returns how long it is for the target. */
    private static int count(Link target, long frame) {
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        if (!target.headers) {
            length -= Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        }
        target.outMessages++;
        target.outBytes += length;
        return length;
    }

    /**
     * Whether a slow target gets nothing from a source, lest that be stalled. As in the reference,
     * that is for clients alone: other servers never are, so their messages aren't lost either.
     */
    private boolean mustNotStall(Link source) {
        return !stallProducers && source instanceof Client;
    }

    /** Stalls the source of a slow target; false if it was too slow for that. */
    private boolean bear(Link source, Link target, PendingBound bound, long bytes, long frame) {
        if (target.outbound.isPendingOver(bound.maxBytes())) {
            slowConsumer(target, bytes, frame);
            return false;
        }
        if (source.peer.stall(target.outbound, bound.caughtUpBytes())) {
            source.stalls++;
            counters.stalls++;
        }
        return true;
    }

    private boolean passes(Permissions.DeliveryFilter filter, long bytes, long frame) {
        return filter.passes(
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                matcher.token());
    }

    private static void grantReply(Client target, ReplyPermits permits, long bytes, long frame) {
        int length = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        Permissions permissions = target.permissions;
        if (length == 0 || permissions == null) {
            return;
        }
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        if (!permissions.mayPublish(reply, length, 0)) {
            permits.grant(Permissions.text(reply, length), System.nanoTime());
        }
    }

    private void noteSlow(Link target, long bytes, long frame) {
        if (!target.slow) {
            slow.note(target, Tracer.subject(bytes, frame));
        }
    }

    private void slowConsumer(Link target, long bytes, long frame) {
        outbox.tooSlow(target, Tracer.subject(bytes, frame));
    }

    /** Tells a requester that nobody listens to its request. */
    void sayNobodyListens(Client source, long bytes, long frame) {
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        int replyLength = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        long hash = Memory.hash(reply, replyLength);
        MatchResult match = matcher.match(source.account, reply, replyLength, hash);
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                Subscription own = part.plain(i);
                if (own.client == source && !own.closed) {
                    outbox.markDirty(source);
                    writer.writeNoResponders(
                            source.outbound,
                            Memory.bytes(reply, replyLength),
                            Memory.bytes(
                                    bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                                    Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH)),
                            own.sid);
                    outbox.appended(source);
                    return;
                }
            }
        }
    }

    /** Frees what it allocated. */
    void close() {
        writer.close();
    }
}
