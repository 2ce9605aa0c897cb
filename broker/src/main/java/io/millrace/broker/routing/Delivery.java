package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.ReplyPermits;
import io.millrace.broker.routing.account.ReservedSubjects;
import io.millrace.broker.routing.crossing.RemoteLatency;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.PendingBounds;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.StallWatcher;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Target;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.broker.routing.trace.MessageTrace;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * From a message and one who gets it to that one's queue, and what becomes of those who are too
 * slow. Routing thread; the hot path.
 */
final class Delivery {
    /** Missed messages are logged no more often. */
    private static final long MISSED_PAUSE_NS = 1_000_000_000L;

    private final Tracer tracer;
    private final Matcher matcher;
    private final Subscribing subscribing;
    private final Outbox outbox;
    private final Counters counters;
    private final SlowConsumers slow;
    private final MessageWriter writer;
    private final RemoteLatency remoteLatency;
    private final Tracing tracing;
    private final DirectReplies direct;
    private boolean stallProducers;
    private PendingBounds bounds;
    private StallWatcher stallWatcher = (_, _) -> null;

    /** Messages for services that there was no room or memory for, since that was logged. */
    private long missed;

    private long missedToldNs = System.nanoTime() - MISSED_PAUSE_NS;

    private final ImportedDelivery imports = new ImportedDelivery(this);
    private final TracedDelivery traced = new TracedDelivery(this, imports);

    /** Number of the run that is being spread. */
    private long run;

    Delivery(
            RouterLimits limits,
            MessageWriter writer,
            Tracer tracer,
            Matcher matcher,
            Subscribing subscribing,
            Outbox outbox,
            Counters counters,
            SlowConsumers slow,
            RemoteLatency remoteLatency,
            Tracing tracing,
            DirectReplies direct) {
        stallProducers = limits.stallProducers();
        bounds = limits.pending();
        this.writer = writer;
        this.tracer = tracer;
        this.matcher = matcher;
        this.subscribing = subscribing;
        this.outbox = outbox;
        this.counters = counters;
        this.slow = slow;
        this.remoteLatency = remoteLatency;
        this.tracing = tracing;
        this.direct = direct;
    }

    void use(RouterLimits limits) {
        stallProducers = limits.stallProducers();
        bounds = limits.pending();
    }

    /** Tells somebody of producers that are held back. */
    void watch(StallWatcher watcher) {
        stallWatcher = watcher;
    }

    /** Appends a message to the subscriber's queue; false if it doesn't get it. */
    boolean deliver(Peer source, Subscription subscription, Message message) {
        MessageTrace trace = tracing.current;
        if (trace != null) {
            return traced.deliver(source, subscription, message, trace);
        }
        return untraced(source, subscription, message);
    }

    /** The same, though the message may be traced. */
    boolean untraced(Peer source, Subscription subscription, Message message) {
        if (subscription.through != null) {
            return imports.deliver(source, subscription, subscription.through, message);
        }
        return isFor(source, subscription, message) && append(source, subscription, message);
    }

    /** Appends a message that is for a subscriber. */
    boolean append(Peer source, Subscription subscription, Message sent) {
        Peer target = subscription.peer;
        Message message = sent;
        if (direct.isOn() && ForwardingRule.isForeign(source.kind)) {
            message = direct.arriving(target, sent);
        }
        PendingBound bound = bounds.of(target);
        boolean slowly = target.outbound.isPendingOver(bound.nearlyFullBytes());
        if (slowly) {
            if (target.kind.isSpared()) {
                return appendNearlyFull(source, subscription, bound, message);
            }
            noteSlow(target, message);
            if (mustNotStall(source)) {
                return false;
            }
        }
        subscription.delivered++;
        count(target, message);
        outbox.markDirty(target);
        try {
            target.wire.write(target, subscription, message);
        } catch (RuntimeException | Error e) {
            failed(target, message, e);
            return false;
        }
        if (target.replyPermits != null) {
            grantReply(target, target.replyPermits, message);
        }
        if (ForwardingRule.isForeign(source.kind) && target.client != null) {
            remoteLatency.delivered(target.client, subscription.account, message);
        }
        if (tracer.isOn()) {
            tracer.delivered(subscription, message);
        }
        if (slowly && !stall(source, target, bound, message)) {
            return true;
        }
        if (subscription.max > 0 && subscription.delivered >= subscription.max) {
            exhausted(subscription);
        }
        return true;
    }

    /**
     * Appends a message for a service that can't keep up: clients that send to it are held back, if
     * its terms say so. What comes nevertheless is refused rather than lost, as long as there is
     * room for that; what can't be refused may be kept, see {@link ServiceTerms#keepsUnanswered}.
     */
    private boolean appendNearlyFull(
            Peer source, Subscription subscription, PendingBound bound, Message message) {
        Peer target = subscription.peer;
        // Of what every account may ask, shares bound what waits.
        boolean bounded = subscription.serviceSid < 0;
        PendingBound kept = bounded || message.replyLength() > 0 ? null : target.unansweredBound;
        if (kept != null) {
            hold(source, target, kept);
        } else if (bound.longestStallNs() > 0 && !bounded && !mustNotStall(source)) {
            hold(source, target, bound);
        }
        boolean refused =
                target.outbound.isPendingOver(bound.maxBytes())
                        && (kept == null || !hasRoom(target, message));
        outbox.markDirty(target);
        try {
            if (!refused) {
                target.wire.write(target, subscription, message);
            } else if (!target.wire.refuse(target, subscription, message)) {
                missed(target, "no room is left for messages to it");
                return false;
            }
        } catch (RuntimeException | Error e) {
            failed(target, message, e);
            return false;
        }
        subscription.delivered++;
        count(target, message);
        if (tracer.isOn()) {
            tracer.delivered(subscription, message);
        }
        return true;
    }

    /** Whether the server may keep a message that a service has no room for. */
    private static boolean hasRoom(Peer target, Message message) {
        return target.debtor
                .ledger()
                .hasRoom(Debt.Store.NATIVE, message.subjectLength() + message.payloadLength());
    }

    /** Whether a subscriber gets what a source sends to a subject. */
    boolean isFor(Peer source, Subscription subscription, Message message) {
        return isOpen(source, subscription)
                && (subscription.filter == null
                        || passes(subscription.filter, message, matcher.token()));
    }

    private static boolean isOpen(Peer source, Subscription subscription) {
        Peer target = subscription.peer;
        return (target != source || source.echo) && !subscription.closed && !target.closing;
    }

    /**
     * Whether an importing subscriber gets what a source sends to a subject.
     *
     * @param imported the message as it is known there
     */
    boolean isFor(Peer source, Subscription original, Account importer, Message imported) {
        return isOpen(source, original)
                && (original.filter == null
                        || passes(
                                original.filter,
                                imported,
                                matcher.tokenOf(
                                        importer.index,
                                        imported.subjectBytes(),
                                        imported.subjectOffset(),
                                        imported.subjectLength(),
                                        imported.subjectHash())));
    }

    private void exhausted(Subscription subscription) {
        outbox.debug(
                subscription.peer,
                "Auto-unsubscribe limit of "
                        + subscription.max
                        + " reached for sid '"
                        + Tracer.text(subscription.sid.sid())
                        + "'");
        subscribing.exhausted(subscription);
    }

    // --- runs

    /** Has the subscribers of the next run looked at; see {@link #takes}. */
    void beginRun() {
        run++;
    }

    /**
     * Whether a subscriber gets a whole run just as it would get each of its messages: nothing
     * happens to it amid of them, and nothing else comes between them.
     */
    boolean takes(Subscription subscription, Run messages) {
        Peer target = subscription.peer;
        if (subscription.closed || target.closing) {
            return true;
        }
        if (subscription.through != null
                || target.lookedAtRun == run
                || !target.wire.takesRuns()
                || !subscription.sid.isWord()
                || messages.hasHeaders() && !target.headers) {
            return false;
        }
        target.lookedAtRun = run;
        long room = bounds.of(target).nearlyFullBytes() - messages.bytes(subscription.sid);
        return !target.outbound.isPendingOver(room)
                && (subscription.max == 0
                        || subscription.delivered + messages.count() < subscription.max);
    }

    /** Appends a run to the queue of a subscriber that {@linkplain #takes takes} it. */
    boolean deliver(Peer source, Subscription subscription, Message message, Run messages) {
        if (!isFor(source, subscription, message)) {
            return false;
        }
        Peer target = subscription.peer;
        subscription.delivered += messages.count();
        target.outMessages += messages.count();
        target.outBytes += messages.payloadBytes();
        outbox.markDirty(target);
        try {
            target.wire.write(target, subscription, messages);
        } catch (RuntimeException | Error e) {
            failed(target, message, e);
            return false;
        }
        return true;
    }

    // --- other servers

    /** Appends a message to the queue of another server; false if it doesn't get it. */
    boolean forward(Peer source, Target to, Account account, Message message) {
        ImportedStream through = to.through();
        if (through != null) {
            Message imported = imports.as(through, message);
            return imported != null && forwardAs(source, to, through.importer, imported);
        }
        return forwardAs(source, to, account, message);
    }

    private boolean forwardAs(Peer source, Target to, Account account, Message sent) {
        Message message = to.peer().kind == PeerKind.GATEWAY ? direct.leaving(account, sent) : sent;
        MessageTrace trace = tracing.current;
        return trace == null
                ? append(source, to, account, message)
                : traced.forward(source, to, account, message, trace);
    }

    /** The same, untraced; false if it doesn't get it. */
    boolean append(Peer source, Target to, Account account, Message message) {
        Peer target = to.peer();
        if (target.closing || isDenied(to, message)) {
            return false;
        }
        if (target.replyPermits != null && message.replyLength() > 0) {
            target.replyPermits.grant(message.reply(), System.nanoTime());
        }
        PendingBound bound = bounds.of(target);
        boolean slowly = target.outbound.isPendingOver(bound.nearlyFullBytes());
        if (slowly) {
            noteSlow(target, message);
            if (mustNotStall(source)) {
                return false;
            }
        }
        account.forwarded(Crossed.of(account, target.kind), count(target, message));
        outbox.markDirty(target);
        try {
            target.wire.write(to, account, message);
        } catch (RuntimeException | Error e) {
            failed(target, message, e);
            return false;
        }
        if (tracer.isOn()) {
            tracer.forwarded(to, account, message);
        }
        if (slowly) {
            stall(source, target, bound, message);
        }
        return true;
    }

    /** Whether another server may not have a message, by what this one may publish there. */
    boolean isDenied(Target to, Message message) {
        Permissions permissions = to.peer().permissions;
        if (permissions == null) {
            return false;
        }
        Region bytes = message.subjectBytes();
        int subject = message.subjectOffset();
        int length = message.subjectLength();
        return !permissions.mayPublishAtOnce(bytes, subject)
                && !ReservedSubjects.isReply(bytes, subject, length)
                && !permissions.mayPublish(
                        bytes, subject, length, to.through() == null ? matcher.token() : 0);
    }

    /** Counts a message; returns how long it is for the target. */
    private static int count(Peer target, Message message) {
        int length = message.payloadLength();
        if (!target.headers) {
            length -= message.headerLength();
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
        return !stallProducers && ForwardingRule.isStalled(source.kind);
    }

    /** Stalls the source of a slow target; false if it was too slow for that. */
    private boolean stall(Peer source, Peer target, PendingBound bound, Message message) {
        if (target.outbound.isPendingOver(bound.maxBytes())) {
            slowConsumer(target, message);
            return false;
        }
        hold(source, target, bound);
        return true;
    }

    private void hold(Peer source, Peer target, PendingBound bound) {
        if (source.end.stall(target.outbound, bound)) {
            source.stalls++;
            counters.stalls++;
            @Nullable Runnable over = stallWatcher.begun(source, target);
            if (over != null) {
                source.end.whenGoesOn(over);
            }
        }
    }

    /** Something could not be appended to a target's queue; the others get what is theirs. */
    private void failed(Peer target, Message message, Throwable why) {
        if (why instanceof OutOfMemoryError) {
            // No native memory left for queues: the consumer that can't keep up pays.
            lacksMemory(target, message);
        } else {
            outbox.defect(target, why);
        }
    }

    private static boolean passes(Permissions.DeliveryFilter filter, Message message, long token) {
        return filter.passes(
                message.subjectBytes(), message.subjectOffset(), message.subjectLength(), token);
    }

    private static void grantReply(Peer target, ReplyPermits permits, Message message) {
        int length = message.replyLength();
        Permissions permissions = target.permissions;
        if (length == 0 || permissions == null) {
            return;
        }
        Region bytes = message.replyBytes();
        int reply = message.replyOffset();
        if (!permissions.mayPublish(bytes, reply, length, 0)) {
            permits.grant(Permissions.text(bytes, reply, length), System.nanoTime());
        }
    }

    private void noteSlow(Peer target, Message message) {
        if (!target.slow) {
            slow.note(target, message.subject());
        }
    }

    private void lacksMemory(Peer target, Message message) {
        if (!target.kind.isSpared()) {
            slowConsumer(target, message);
            return;
        }
        missed(target, "no memory is left for messages to it");
    }

    private void missed(Peer target, String why) {
        missed++;
        long nowNs = System.nanoTime();
        if (nowNs - missedToldNs >= MISSED_PAUSE_NS) {
            outbox.error(target, why + "; it misses " + missed);
            missed = 0;
            missedToldNs = nowNs;
        }
    }

    private void slowConsumer(Peer target, Message message) {
        outbox.tooSlow(target, message.subject());
    }

    /** Frees what it allocated. */
    void close() {
        imports.close();
    }

    /** Tells a requester that nobody listens to its request. */
    void sayNobodyListens(Peer source, Account account, Message message) {
        Region bytes = message.replyBytes();
        int reply = message.replyOffset();
        int length = message.replyLength();
        long hash = bytes.hash(reply, length);
        MatchResult match = matcher.match(account.index, bytes, reply, length, hash);
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                Subscription own = Subscription.of(part.plain(i));
                if (own.peer == source && !own.closed) {
                    outbox.markDirty(source);
                    writer.writeNoResponders(
                            source.outbound,
                            bytes.bytes(reply, length),
                            message.subjectBytes()
                                    .bytes(message.subjectOffset(), message.subjectLength()),
                            own.sid);
                    outbox.appended(source);
                    return;
                }
            }
        }
    }
}
