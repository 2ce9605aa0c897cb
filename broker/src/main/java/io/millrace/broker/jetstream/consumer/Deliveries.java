package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/** Delivers messages: which is next, whether it may go, and to whom. Shard thread. */
final class Deliveries {
    private static final long MILLISECOND_NS = 1_000_000;

    /** Delivered in one turn, or one message of any size: others wait no longer for theirs. */
    private static final int TURN_BYTES = 256 * 1024;

    private final Course course;
    private final Surroundings world;
    private final Messages messages;
    private final Progress progress;
    private final Selection selection;
    private final AckDeadlines deadlines;
    private final AckTimeouts timeouts;
    private final Acknowledgements acks;
    private final Consumer.Shared shared;
    private final byte[] ackPrefix;
    private final RecordView view;
    private final Bytes subject = new Bytes();
    private final Bytes headers = new Bytes();
    private final Bytes payload = new Bytes();

    /** The largest message that comes at once through the throttle. */
    private final long burst;

    private @Nullable Throttle throttle;

    /** Up to here messages come with the pauses between them; 0 for none of that. */
    private long replayUntil;

    private long replayedTimeNs;
    private long replayedAtNs;

    /** What may still be delivered in this turn. */
    private long turnBytes;

    Deliveries(
            Course course,
            AckTimeouts timeouts,
            Acknowledgements acks,
            Consumer.Shared shared,
            byte[] ackPrefix,
            long burst) {
        this.course = course;
        this.timeouts = timeouts;
        this.acks = acks;
        this.shared = shared;
        this.ackPrefix = ackPrefix;
        this.burst = burst;
        world = course.world;
        messages = course.messages;
        progress = course.progress;
        selection = course.selection;
        deadlines = course.deadlines;
        view = course.view;
    }

    void configure(ConsumerConfig its, long nowNs) {
        long bps = its.rateLimitBps();
        if (bps == 0) {
            throttle = null;
        } else if (throttle == null || throttle.bitsPerSecond() != bps) {
            throttle = new Throttle(bps, burst, nowNs);
        }
    }

    /** What the stream has now comes with the pauses that it came with. */
    void replay() {
        replayUntil = messages.lastSequence();
    }

    /** Whether it goes on by the clock alone. */
    boolean isTimed() {
        return throttle != null || replayUntil > 0;
    }

    /**
     * Delivers some messages, fewer if they are large.
     *
     * @param most as many at most
     * @return whether there may be more to deliver at once
     */
    boolean deliver(int most) {
        long nowNs = world.nowNs();
        if (course.order != null && progress.unacked.size() > 0) {
            // What is due goes in front of newer messages of its key, though nobody has looked yet.
            deadlines.dueBy(nowNs);
            timeouts.poll(nowNs);
        }
        turnBytes = TURN_BYTES;
        for (int i = 0; i < most && turnBytes > 0; i++) {
            if (!world.hasRoom()) {
                return true;
            }
            if (!mayDeliver(nowNs)) {
                waits(Step.WAITING, nowNs);
                return false;
            }
            Step step =
                    course.order == null ? deliverOne(nowNs) : deliverInOrder(course.order, nowNs);
            if (step != Step.DELIVERED) {
                waits(step, nowNs);
                return step == Step.LATER;
            }
        }
        return true;
    }

    /** What became of an attempt. */
    private enum Step {
        DELIVERED,
        /** There is nothing that could be delivered. */
        AT_END,
        /** Too many wait for their acknowledgement. */
        FULL,
        /** Nobody takes it now. */
        WAITING,
        /** It isn't time yet. */
        TOO_EARLY,
        /** Others are to have their turn. */
        LATER
    }

    private boolean mayDeliver(long nowNs) {
        if (course.pausedUntilNs > nowNs) {
            return false;
        }
        return course.pushing != null
                ? course.pushing.isOpen()
                : course.pulling != null && !course.pulling.isEmpty();
    }

    private void waits(Step step, long nowNs) {
        if (step == Step.LATER || step == Step.TOO_EARLY) {
            return;
        }
        if (step == Step.AT_END && messages.lastSequence() <= world.visible()) {
            progress.lookedAt(messages.lastSequence() + 1);
            selection.atEnd();
        }
        if (course.pulling != null) {
            // Who doesn't wait stays where acknowledgements alone are missing.
            course.pulling.expire(step != Step.FULL, nowNs);
        }
    }

    private Step deliverOne(long nowNs) {
        long sequence = nextAgain();
        if (sequence != Redeliveries.NONE) {
            Step step = deliver(sequence, progress.unacked.find(sequence), KeyOrder.ANYBODY, nowNs);
            if (step != Step.DELIVERED) {
                progress.again.putBack(sequence);
            }
            return step;
        }
        return deliverNew(nowNs);
    }

    private Step deliverNew(long nowNs) {
        if (course.isFull()) {
            return Step.FULL;
        }
        long found = selection.next(world.visible());
        if (found == Selection.LATER) {
            return Step.LATER;
        }
        if (found == Selection.NONE) {
            return Step.AT_END;
        }
        if (!messages.view(found, view)) {
            // What is damaged was told of; it is passed over.
            progress.lookedAt(found + 1);
            selection.taken();
            return Step.DELIVERED;
        }
        return course.order == null
                ? deliver(found, Unacked.NONE, KeyOrder.ANYBODY, nowNs)
                : deliverOrSetAside(course.order, found, nowNs);
    }

    /** The same where messages with the same key are in course.order. */
    private Step deliverInOrder(KeyOrder its, long nowNs) {
        for (KeyOrder.Key key = nextKey(its, nowNs); key != null; key = nextKey(its, nowNs)) {
            long sequence = key.first();
            int entry = progress.unacked.find(sequence);
            boolean aside = progress.unacked.isAside(entry);
            if (!aside && timeouts.isOver(entry)) {
                timeouts.over(sequence);
                continue;
            }
            if (!messages.view(sequence, view)) {
                // As above; here it has its place already.
                course.note(Happenings.ACKED, sequence, 1);
                continue;
            }
            if (aside && course.isFull()) {
                // Others may be delivered again all the same.
                its.awaitRoom(key);
                continue;
            }
            long member = key.member();
            Step step = deliver(sequence, entry, member, nowNs);
            if (step == Step.DELIVERED) {
                return step;
            }
            if (step != Step.WAITING || member == KeyOrder.ANYBODY) {
                its.putBack(key);
                return step;
            }
            its.park(key);
        }
        world.at(its.wakeNs());
        return deliverNew(nowNs);
    }

    private KeyOrder.@Nullable Key nextKey(KeyOrder its, long nowNs) {
        return its.next(!course.isFull(), nowNs);
    }

    /** Delivers what is looked at, or keeps it for when its turn has come. */
    private Step deliverOrSetAside(KeyOrder its, long sequence, long nowNs) {
        long key = its.hash(view.region(), view.subjectOffset(), view.subjectLength());
        long member = its.mayHave(key, nowNs);
        Step step =
                member == KeyOrder.NOBODY
                        ? Step.WAITING
                        : deliver(sequence, Unacked.NONE, member, nowNs);
        if (step != Step.WAITING
                || member == KeyOrder.ANYBODY
                || progress.unacked.aside() >= course.config.maxAckPending()) {
            return step;
        }
        course.note(Happenings.SET_ASIDE, sequence, 1);
        selection.taken();
        its.setAside(sequence);
        return Step.DELIVERED;
    }

    /** The next message that is to be delivered again, and looks at it. */
    private long nextAgain() {
        while (true) {
            long sequence = progress.again.next();
            if (sequence == Redeliveries.NONE) {
                return sequence;
            }
            int entry = progress.unacked.find(sequence);
            if (entry == Unacked.NONE || !progress.unacked.isQueued(entry)) {
                continue;
            }
            if (timeouts.isOver(entry)) {
                timeouts.over(sequence);
            } else if (messages.view(sequence, view)) {
                return sequence;
            } else if (messages.index().has(sequence)) {
                progress.unacked.queue(entry, false);
            } else {
                // It was delivered with other filters, so nobody has told that it is gone.
                acks.removed(sequence, entry);
            }
        }
    }

    /**
     * Delivers what is looked at.
     *
     * @param entry of a message that was delivered before, or set aside
     * @param member who alone may get it; {@link KeyOrder#ANYBODY} for all
     */
    private Step deliver(long sequence, int entry, long member, long nowNs) {
        boolean again = entry != Unacked.NONE;
        boolean first = !again || progress.unacked.isAside(entry);
        long deliveries = first ? 1 : progress.unacked.redeliveries(entry) + 2L;
        long left = first ? Math.max(0, course.left() - 1) : course.left();
        Region bytes = view.region();
        subject.at(bytes, view.subjectOffset(), view.subjectLength());
        headers.at(bytes, view.headerOffset(), view.headerLength());
        payload.at(bytes, view.payloadOffset(), view.payloadLength());
        if (course.config.headersOnly()) {
            shared.headers.with(headers, "Nats-Msg-Size", String.valueOf(payload.length()));
            payload.none();
        }
        Bytes reply =
                shared.reply.write(
                        ackPrefix,
                        deliveries,
                        sequence,
                        progress.nextDelivery(),
                        view.timeNs(),
                        left);
        long size = (long) subject.length() + reply.length() + headers.length() + payload.length();
        PullRequest request = null;
        if (course.pulling != null) {
            request = course.pulling.pick(size, left + 1, course.unacked(), member, nowNs);
            if (request == null) {
                return Step.WAITING;
            }
        }
        long freeNs = freeNs(nowNs);
        if (freeNs > nowNs) {
            world.at(freeNs);
            return Step.TOO_EARLY;
        }
        Bytes to = request == null ? pushed() : request.reply;
        if (request != null && course.pulling != null) {
            course.pulling.pin(request, nowNs);
            if (course.pulling.pin.isSet()) {
                shared.headers.with(headers, "Nats-Pin-Id", course.pulling.pin.id());
            }
        }
        if (!world.deliver(to, subject, reply, headers, payload)) {
            return Step.LATER;
        }
        delivered(sequence, again, size, nowNs);
        if (course.order != null && request != null) {
            course.order.delivered(sequence, request.member, nowNs);
        }
        if (request != null && course.pulling != null) {
            course.pulling.got(request, size, nowNs);
        } else if (course.pushing != null) {
            boolean mustAsk =
                    course.config.ackPolicy() == AckPolicy.FLOW_CONTROL && course.isFull();
            course.pushing.sent(size, mustAsk, nowNs);
        }
        return Step.DELIVERED;
    }

    private Bytes pushed() {
        if (course.pushing == null) {
            throw new IllegalStateException("nobody is pushed to");
        }
        return course.pushing.subject();
    }

    private void delivered(long sequence, boolean again, long size, long nowNs) {
        turnBytes -= size;
        if (throttle != null) {
            throttle.take(size, nowNs);
        }
        replayedTimeNs = view.timeNs();
        replayedAtNs = nowNs;
        if (again) {
            course.note(Happenings.REDELIVERED, sequence, 0, nowNs);
        } else {
            selection.taken();
            course.note(Happenings.DELIVERED, sequence, 1, nowNs);
        }
        if (course.config.ackPolicy() == AckPolicy.NONE) {
            world.done(sequence);
        } else {
            int entry = progress.unacked.find(sequence);
            if (entry != Unacked.NONE) {
                long before = deadlines.dueNs();
                deadlines.delivered(progress.unacked.redeliveries(entry), nowNs);
                if (deadlines.dueNs() < before) {
                    world.at(deadlines.dueNs());
                }
            }
        }
    }

    /** When what is looked at may be delivered at the earliest. */
    private long freeNs(long nowNs) {
        long free = throttle == null ? nowNs : throttle.freeNs(nowNs);
        if (replayUntil > 0 && progress.next() > replayUntil) {
            replayUntil = 0;
        }
        if (replayUntil > 0 && replayedTimeNs > 0) {
            long pause = view.timeNs() - replayedTimeNs;
            if (pause > MILLISECOND_NS) {
                free = Math.max(free, replayedAtNs + pause);
            }
        }
        return free;
    }
}
