package io.millrace.broker.routing;

import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.protocol.Frame;
import io.millrace.protocol.Region;

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
    boolean deliver(Peer source, Subscription subscription, Frame frame) {
        Client target = subscription.client;
        if (target == source && !source.echo || subscription.closed || target.closing) {
            return false;
        }
        if (subscription.filter != null && !passes(subscription.filter, frame)) {
            return false;
        }
        OutboundQueue queue = target.outbound;
        boolean slowly = queue.isPendingOver(bounds.clients().nearlyFullBytes());
        if (slowly) {
            noteSlow(target, frame);
            if (mustNotStall(source)) {
                return false;
            }
        }
        subscription.delivered++;
        count(target, frame);
        outbox.markDirty(target);
        try {
            writer.write(queue, frame, subscription.sid, target.headers);
        } catch (OutOfMemoryError e) {
            // No native memory left for queues: the consumer that can't keep up pays.
            slowConsumer(target, frame);
            return false;
        } catch (RuntimeException | Error e) {
            // Of this target alone: the others get what is theirs.
            outbox.defect(target, e);
            return false;
        }
        if (target.replyPermits != null) {
            grantReply(target, target.replyPermits, frame);
        }
        if (tracer.isOn()) {
            tracer.delivered(subscription, frame);
        }
        if (slowly && !bear(source, target, bounds.clients(), frame)) {
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
    void forward(Peer source, Route target, Account account, Frame frame) {
        if (target.closing) {
            return;
        }
        OutboundQueue queue = target.outbound;
        boolean slowly = queue.isPendingOver(bounds.routes().nearlyFullBytes());
        if (slowly) {
            noteSlow(target, frame);
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
                    queue, name, frame, target.queues(), target.queueCount(), target.headers);
        } catch (OutOfMemoryError e) {
            slowConsumer(target, frame);
            return;
        } catch (RuntimeException | Error e) {
            outbox.defect(target, e);
            return;
        }
        if (tracer.isOn()) {
            tracer.forwarded(target, account, frame);
        }
        if (slowly) {
            bear(source, target, bounds.routes(), frame);
        }
    }

    /** Counts a message; returns how long it is for the target. */
    private static int count(Peer target, Frame frame) {
        int length = frame.payloadLength();
        if (!target.headers) {
            length -= frame.headerLength();
        }
        target.outMessages++;
        target.outBytes += length;
        return length;
    }

    /**
     * Whether a slow target gets nothing from a source, lest that be stalled. As in the reference,
     * that is for clients alone: other servers never are, so their messages aren't lost either.
     */
    private boolean mustNotStall(Peer source) {
        return !stallProducers && source instanceof Client;
    }

    /** Stalls the source of a slow target; false if it was too slow for that. */
    private boolean bear(Peer source, Peer target, PendingBound bound, Frame frame) {
        if (target.outbound.isPendingOver(bound.maxBytes())) {
            slowConsumer(target, frame);
            return false;
        }
        if (source.end.stall(target.outbound, bound.caughtUpBytes())) {
            source.stalls++;
            counters.stalls++;
        }
        return true;
    }

    private boolean passes(Permissions.DeliveryFilter filter, Frame frame) {
        return filter.passes(
                frame.bytes(), frame.subjectOffset(), frame.subjectLength(), matcher.token());
    }

    private static void grantReply(Client target, ReplyPermits permits, Frame frame) {
        int length = frame.secondLength();
        Permissions permissions = target.permissions;
        if (length == 0 || permissions == null) {
            return;
        }
        Region bytes = frame.bytes();
        int reply = frame.secondOffset();
        if (!permissions.mayPublish(bytes, reply, length, 0)) {
            permits.grant(Permissions.text(bytes, reply, length), System.nanoTime());
        }
    }

    private void noteSlow(Peer target, Frame frame) {
        if (!target.slow) {
            slow.note(target, Tracer.subject(frame));
        }
    }

    private void slowConsumer(Peer target, Frame frame) {
        outbox.tooSlow(target, Tracer.subject(frame));
    }

    /** Tells a requester that nobody listens to its request. */
    void sayNobodyListens(Client source, Frame frame) {
        Region bytes = frame.bytes();
        int reply = frame.secondOffset();
        int length = frame.secondLength();
        long hash = bytes.hash(reply, length);
        MatchResult match = matcher.match(source.account, bytes, reply, length, hash);
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                Subscription own = part.plain(i);
                if (own.client == source && !own.closed) {
                    outbox.markDirty(source);
                    writer.writeNoResponders(
                            source.outbound, frame.second(), frame.subject(), own.sid);
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
