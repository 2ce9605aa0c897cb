package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.api.NextRequest;
import io.millrace.broker.jetstream.archive.ConsumerState;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerExtras;
import io.millrace.broker.jetstream.config.ReplayPolicy;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Later;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A reader of a stream: delivers its messages to who asks or listens for them, hears what becomes
 * of them, and delivers again what nobody acknowledges. A machine that is polled. Shard thread.
 */
public final class Consumer {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long MILLISECOND_NS = 1_000_000;

    private final String stream;
    private final String name;
    private final long createdNs;
    private final Surroundings world;
    private final Messages messages;
    private final Debtor debtor;
    private final Shared shared;
    private final Course course;
    private final Progress progress;
    private final Selection selection;
    private final AckDeadlines deadlines;
    private final DeadLetters deadLetters;
    private final AckTimeouts timeouts;
    private final Acknowledgements acks;
    private final Deliveries deliveries;

    /** Whether its pause was told of, but not its end. */
    private boolean pausing;

    /** Nobody has used it for so long, and it goes; 0 for never. */
    private long inactiveNs;

    /** What all consumers of a shard use in turn. */
    public static final class Shared implements AutoCloseable {
        final AckReply reply = new AckReply();
        final HeaderText headers = new HeaderText();
        final NextRequest next = new NextRequest();
        private long[] sequences = {};

        /** Room for so many sequences, for whoever asked last. */
        long[] sequences(int count) {
            if (sequences.length < count) {
                sequences = new long[Math.max(count, 2 * sequences.length)];
            }
            return sequences;
        }

        @Override
        public void close() {
            reply.close();
            headers.close();
        }
    }

    /**
     * Makes one that has delivered nothing.
     *
     * @param stream its stream's name
     * @param config checked, with its defaults
     * @param createdNs since the epoch
     * @param burst bytes of the largest message
     */
    public Consumer(
            String stream,
            String name,
            ConsumerConfig config,
            long createdNs,
            Surroundings world,
            Shared shared,
            Debtor debtor,
            long burst) {
        this.stream = stream;
        this.name = name;
        this.createdNs = createdNs;
        this.world = world;
        this.shared = shared;
        this.debtor = debtor;
        course = new Course(config, world, debtor);
        messages = course.messages;
        progress = course.progress;
        selection = course.selection;
        deadlines = course.deadlines;
        deadLetters = new DeadLetters(world, stream, name);
        timeouts = new AckTimeouts(course, deadLetters);
        acks = new Acknowledgements(course, timeouts, deadLetters, shared);
        byte[] ackPrefix = AckReply.prefix(stream, name);
        deliveries = new Deliveries(course, timeouts, acks, shared, ackPrefix, burst);
    }

    // --- what it is

    public String name() {
        return name;
    }

    public ConsumerConfig config() {
        return course.config;
    }

    public long createdNs() {
        return createdNs;
    }

    /** Messages that it has delivered, counting each time. */
    public long deliveries() {
        return progress.nextDelivery() - 1;
    }

    /** The sequence of the last message that was delivered. */
    public long delivered() {
        return progress.delivered();
    }

    /** Since the epoch; 0 for never. */
    public long deliveredNs() {
        return progress.deliveredNs();
    }

    /** The delivery up to which all is acknowledged. */
    public long floorDelivery() {
        return progress.floorDelivery();
    }

    /** The sequence up to which all is acknowledged. */
    public long floor() {
        return progress.floor();
    }

    /** Since the epoch; 0 for never. */
    public long ackedNs() {
        return progress.ackedNs();
    }

    /** Messages that wait for their acknowledgement. */
    public int unacked() {
        return course.unacked();
    }

    /** The first message that waits for its acknowledgement; 0 for none. */
    public long oldest() {
        int first = progress.unacked.first();
        return first == Unacked.NONE ? 0 : progress.unacked.sequence(first);
    }

    /** How often that was delivered; 0 if there is none. */
    public int oldestDeliveries() {
        int first = progress.unacked.first();
        return first == Unacked.NONE ? 0 : progress.unacked.redeliveries(first) + 1;
    }

    /**
     * From when on it waits, since the epoch: its only delivery, or, since nobody knows the first
     * of several any more, the last acknowledgement of any, or the consumer's beginning. Now if
     * there is none.
     */
    public long oldestNs() {
        int first = progress.unacked.first();
        if (first == Unacked.NONE) {
            return world.nowNs();
        }
        long lastNs = progress.unacked.timeNs(first);
        return progress.unacked.redeliveries(first) == 0
                ? lastNs
                : Math.min(lastNs, Math.max(createdNs, ackedNs()));
    }

    /** Messages that were delivered more than once; 0 where none is. */
    public long redelivered() {
        return course.config.maxDeliver() == 1 ? 0 : progress.redelivered();
    }

    /** Messages that it still is to deliver for the first time. */
    public long left() {
        return course.left();
    }

    /** Requests that wait. */
    public int waiting() {
        if (course.pulling == null) {
            return 0;
        }
        course.pulling.expire(false, world.nowNs());
        return course.pulling.size();
    }

    /** Whether somebody listens to what it pushes. */
    public boolean isBound() {
        return course.pushing != null && course.pushing.isHeard();
    }

    /** Until when it is paused, since the epoch; not after now if it isn't. */
    public long pausedUntilNs() {
        return course.pausedUntilNs;
    }

    /** The client that it is pinned to; empty for none. */
    public String pinned() {
        return course.pulling == null ? "" : course.pulling.pin.id();
    }

    /** Since when, since the epoch; 0 for never. */
    public long pinnedNs() {
        return course.pulling == null ? 0 : course.pulling.pin.pinnedNs();
    }

    /** What has happened to it that the log doesn't have yet. */
    public Happenings happenings() {
        return course.happenings;
    }

    // --- its life

    /** Begins, for the first time, with a message; see {@link #begin}. */
    public void beginAt(long sequence, long lastOnesUntil) {
        progress.beginAt(sequence, lastOnesUntil);
    }

    /** Up to here only the last message on each subject counts; 0 for all of them. */
    public long lastOnesUntil() {
        return progress.lastOnesUntil();
    }

    /** The first sequence that wasn't looked at yet. */
    public long next() {
        return progress.next();
    }

    /** All that has happened to it has: from here on it delivers. */
    public void begin() {
        dropLost();
        selection.count();
        if (course.config.replayPolicy() == ReplayPolicy.ORIGINAL) {
            deliveries.replay();
        }
        use(course.config);
        int key = ConsumerExtras.orderedBy(course.config);
        if (key != ConsumerExtras.UNORDERED && course.pulling != null) {
            course.order = new KeyOrder(progress, messages, debtor, key);
            course.pulling.tellMembersApart();
        }
        deadlines.dueBy(0);
        world.at(0);
        world.ready();
    }

    /** What was delivered and isn't in the stream any more needs no acknowledgement. */
    private void dropLost() {
        Unacked unacked = progress.unacked;
        for (int i = unacked.end() - 1; i >= 0; i--) {
            if (i < unacked.end() && unacked.isThere(i)) {
                long sequence = unacked.sequence(i);
                if (!messages.index().has(sequence)) {
                    progress.lost(sequence);
                }
            }
        }
        SequenceSet exhausted = progress.exhausted;
        for (int i = exhausted.size() - 1; i >= 0; i--) {
            if (!messages.index().has(exhausted.get(i))) {
                exhausted.remove(exhausted.get(i));
            }
        }
    }

    private void use(ConsumerConfig its) {
        long nowNs = world.nowNs();
        if (its.isPush()) {
            if (course.pushing == null) {
                course.pushing =
                        new Pushing(world, progress, "$JS.FC." + stream + '.' + name + '.', its);
            } else {
                course.pushing.configure(its);
            }
        } else if (course.pulling == null) {
            course.pulling = new Pulling(world, debtor, progress, its);
        } else {
            course.pulling.configure(its);
        }
        inactiveNs = Later.bounded(its.inactiveThresholdNs());
        if (inactiveNs > 0 && !its.isPush()) {
            // As there: many that go at once don't go at the same moment.
            long spreadNs = 100 * MILLISECOND_NS + ThreadLocalRandom.current().nextLong(SECOND_NS);
            inactiveNs = Later.than(spreadNs, inactiveNs);
        }
        OffsetDateTime until = its.pauseUntil();
        course.pausedUntilNs = until == null ? 0 : Math.max(0, GoTime.ns(until));
        deadlines.configure(its);
        timeouts.configure(its);
        acks.configure(its);
        deliveries.configure(its, nowNs);
        world.at(nowNs);
    }

    /** Is configured otherwise from here on. */
    public void configure(ConsumerConfig newConfig) {
        ConsumerConfig before = course.config;
        course.config = newConfig;
        long pausedBefore = course.pausedUntilNs;
        use(newConfig);
        if (pausedBefore != course.pausedUntilNs) {
            pausing = course.pausedUntilNs > world.nowNs();
            world.tell(Event.PAUSED, 0, 0, 0, "");
        }
        if (!before.filters().equals(newConfig.filters())) {
            selection.filter(newConfig.filters());
        }
        world.ready();
    }

    /** All begins again in front of a sequence. */
    public void reset(long sequence) {
        course.note(Happenings.RESET, sequence, 0);
        deadLetters.clear();
        selection.restart();
        selection.count();
        world.ready();
    }

    /** Ends; who waits is told, if there is something to tell. */
    public void end(int code, String description, boolean withRest) {
        if (course.pulling != null) {
            course.pulling.end(code, description, withRest);
        }
    }

    /** Gives back what it takes. */
    public void close() {
        end(0, "", false);
        if (course.pushing != null) {
            course.pushing.close();
        }
        selection.close();
        if (course.order != null) {
            course.order.close();
        }
        progress.close();
    }

    // --- what happens

    /** What the log says has happened; see {@link Happenings}. False if it can't be read. */
    public boolean replay(Region bytes, int offset, int length, long timeNs) {
        progress.at(timeNs);
        return Happenings.read(bytes, offset, length, progress);
    }

    /** How far it is, for a backup. */
    public ConsumerState state() {
        return progress.state();
    }

    /** Is as far as a backup says, before it {@linkplain #begin begins}. */
    public void restore(ConsumerState state) {
        progress.restore(state);
    }

    public void write(Sink out) throws IOException {
        progress.write(out);
    }

    public void restore(Source in) throws IOException {
        progress.restore(in);
    }

    // --- the stream

    /** Whether a subject of the stream's index is one of its own. */
    public boolean wants(int subjectNumber) {
        return selection.has(subjectNumber);
    }

    /** A message of its own has come. */
    public void added(long sequence) {
        if (sequence >= progress.next()) {
            selection.added();
        }
    }

    /** What has come may be delivered. */
    public void visible() {
        if (course.pushing != null
                ? course.pushing.isHeard()
                : course.pulling != null && !course.pulling.isEmpty()) {
            world.ready();
        }
    }

    /** A message of its own goes that its stream still has. */
    public void removing(long sequence, int subjectNumber) {
        selection.removing(sequence, subjectNumber);
        int entry = progress.unacked.find(sequence);
        if (entry != Unacked.NONE) {
            acks.removed(sequence, entry);
        } else {
            progress.exhausted.remove(sequence);
        }
    }

    /** The same of a purge after a restart: nobody is counted. */
    public void replayPurged(long sequence) {
        progress.purged(sequence);
    }

    /** All in front of a sequence is gone from the stream. */
    public void purged(long sequence) {
        progress.purged(sequence);
        selection.count();
        if (course.order != null) {
            course.order.recount();
        }
        world.ready();
    }

    /** Whether a message that matches is still needed, for it isn't acknowledged. */
    public boolean needs(long sequence) {
        if (progress.exhausted.has(sequence)) {
            return true;
        }
        if (sequence <= progress.floor()) {
            return false;
        }
        return course.config.ackPolicy() != AckPolicy.EXPLICIT
                || sequence >= progress.next()
                || progress.unacked.find(sequence) != Unacked.NONE;
    }

    // --- requests

    /** Too many requests wait, of all consumers: one for messages can't even be looked at. */
    public void refuseNext(Bytes reply) {
        world.say(reply, "", Status.tooManyWait());
    }

    /**
     * Somebody wants messages.
     *
     * @param reply where they are to go
     * @param heard whether anybody listens there, as far as is known
     */
    public void next(Bytes reply, boolean heard, Region body, int offset, int length) {
        Pulling its = course.pulling;
        if (its == null) {
            world.say(reply, "", Status.of(409, "Consumer is push based"));
            return;
        }
        NextRequest said = shared.next;
        said.read(body, offset, length);
        long pending = selection.left() + progress.unacked.queued();
        if (its.request(reply, heard, said, pending, world.nowNs())) {
            if (course.order != null) {
                course.order.asks(Members.of(reply, said.group()));
            }
            world.ready();
        }
    }

    /** Whether somebody listens where it asked for that. */
    public void onInterest(int watch, boolean interested) {
        if (course.pushing != null && course.pushing.isWatchedAs(watch)) {
            course.pushing.onInterest(interested, world.nowNs());
            world.at(world.nowNs());
            world.ready();
        } else if (course.pulling != null && !interested) {
            course.pulling.onNobody(watch);
        }
    }

    /** Nobody is pinned any more. */
    public void unpin() {
        if (course.pulling != null) {
            course.pulling.pin.release("admin");
            world.ready();
        }
    }

    // --- acknowledgements

    /**
     * Somebody says what became of a message.
     *
     * @param about which message
     * @param reply where the answer goes; empty for none
     * @param heard whether anybody listens there, as far as is known
     */
    public void onAck(AckSubject about, Bytes said, Bytes reply, boolean heard) {
        course.active();
        AckKind kind = AckKind.of(said);
        acks.onAck(kind, about, said, reply);
        if (kind == AckKind.NEXT) {
            next(
                    reply,
                    heard,
                    said.region(),
                    said.offset() + kind.wordBytes(),
                    said.length() - kind.wordBytes());
        }
    }

    /**
     * Somebody has answered flow control.
     *
     * @param to where the answer has come to
     * @param lastDelivery what its headers say; 0 or less for nothing
     */
    public void onFlowControl(Bytes to, long lastSequence, long lastDelivery) {
        if (course.pushing == null || !course.pushing.answered(to)) {
            return;
        }
        course.active();
        if (course.config.ackPolicy() == AckPolicy.FLOW_CONTROL && lastSequence > 0) {
            acks.acked(lastSequence, Math.max(0, lastDelivery), 1, false);
        }
        world.ready();
    }

    // --- delivering

    /**
     * Delivers some messages: up to 256 KiB of them, or one that is larger.
     *
     * @param most as many at most
     * @return whether there may be more to deliver at once
     */
    public boolean deliver(int most) {
        return deliveries.deliver(most);
    }

    // --- time

    /** Does what is due, and has itself polled again in time. */
    public void poll() {
        long nowNs = world.nowNs();
        pollPause(nowNs);
        if (progress.unacked.size() > 0) {
            timeouts.poll(nowNs);
        } else {
            deadlines.none();
        }
        deadLetters.poll(acks::giveUp);
        if (course.order != null) {
            if (course.order.wake(nowNs)) {
                world.ready();
            }
            world.at(course.order.wakeNs());
        }
        if (course.pulling != null) {
            if (course.pulling.pin.poll(nowNs)) {
                world.ready();
            }
            course.pulling.poll(nowNs);
        }
        if (course.pushing != null) {
            boolean asks =
                    course.config.ackPolicy() == AckPolicy.FLOW_CONTROL
                            && progress.unacked.size() > 0;
            course.pushing.poll(asks, nowNs);
        }
        if (deliveries.isTimed()) {
            world.ready();
        }
        pollActivity(nowNs);
    }

    private void pollPause(long nowNs) {
        if (course.pausedUntilNs > nowNs) {
            pausing = true;
            world.at(course.pausedUntilNs);
        } else if (pausing) {
            pausing = false;
            world.tell(Event.PAUSED, 0, 0, 0, "");
            world.ready();
        }
    }

    private void pollActivity(long nowNs) {
        if (inactiveNs == 0) {
            return;
        }
        if (course.pushing != null && course.pushing.isHeard()
                || course.pulling != null && !course.pulling.isEmpty()) {
            world.at(Later.than(nowNs, inactiveNs));
            return;
        }
        long active =
                course.pushing != null
                        ? course.pushing.activeNs()
                        : course.pulling == null ? 0 : course.pulling.activeNs();
        long endNs = Later.than(active, inactiveNs);
        if (course.pulling != null && endNs <= nowNs) {
            // Who has messages may still be at work.
            Unacked unacked = progress.unacked;
            for (int i = 0; i < unacked.end(); i++) {
                if (unacked.isThere(i)) {
                    endNs =
                            Math.max(
                                    endNs,
                                    Later.than(
                                            unacked.timeNs(i)
                                                    + deadlines.waitNs(unacked.redeliveries(i)),
                                            inactiveNs));
                }
            }
        }
        if (endNs <= nowNs) {
            world.abandoned();
        } else {
            world.at(endNs);
        }
    }
}
