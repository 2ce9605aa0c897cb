package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.api.NextRequest;
import io.millrace.broker.jetstream.archive.ConsumerState;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerExtras;
import io.millrace.broker.jetstream.config.ReplayPolicy;
import io.millrace.broker.jetstream.config.SamplePercent;
import io.millrace.broker.jetstream.consumer.DeadLetters.GivenUp;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

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

    /** Where more than these wait for their acknowledgement, there must be memory for more. */
    private static final int MANY = 64 * 1024;

    private static final String DELETED = "Unacknowledged message was deleted";

    private final String stream;
    private final String name;
    private final long createdNs;
    private final Surroundings world;
    private final Messages messages;
    private final Progress progress;
    private final Selection selection;
    private final AckDeadlines deadlines;
    private final Happenings happenings = new Happenings();
    private final byte[] ackPrefix;
    private final Shared shared;
    private final Debtor debtor;
    private final RecordView view = new RecordView();
    private final Bytes subject = new Bytes();
    private final Bytes headers = new Bytes();
    private final Bytes payload = new Bytes();

    private ConsumerConfig config;
    private @Nullable Pulling pulling;
    private @Nullable Pushing pushing;
    private @Nullable Throttle throttle;

    /** Not there if messages are in no order but the stream's. */
    private @Nullable KeyOrder order;

    private final DeadLetters deadLetters;

    /** Where what is given up is published; empty for nowhere. */
    private String deadLetter = "";

    /** How many of a hundred acknowledgements are told of; 0 for none. */
    private int samplePercent;

    /** Nothing is delivered before, since the epoch. */
    private long pausedUntilNs;

    /** Whether its pause was told of, but not its end. */
    private boolean pausing;

    /** Up to here messages come with the pauses between them; 0 for none of that. */
    private long replayUntil;

    private long replayedTimeNs;
    private long replayedAtNs;

    /** Nobody has used it for so long, and it goes; 0 for never. */
    private long inactiveNs;

    /** The largest message that comes at once through the throttle. */
    private final long burst;

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
        this.config = config;
        this.createdNs = createdNs;
        this.world = world;
        this.shared = shared;
        this.debtor = debtor;
        this.burst = burst;
        messages = world.messages();
        progress = new Progress(debtor, config.ackPolicy());
        selection = new Selection(messages, progress, config.filters());
        deadlines = new AckDeadlines(config);
        ackPrefix = AckReply.prefix(stream, name);
        deadLetters = new DeadLetters(world, stream, name);
    }

    // --- what it is

    public String name() {
        return name;
    }

    public ConsumerConfig config() {
        return config;
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
        return progress.unacked.size() - progress.unacked.aside();
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
        return config.maxDeliver() == 1 ? 0 : progress.redelivered();
    }

    /** Messages that it still is to deliver for the first time. */
    public long left() {
        return selection.left() + progress.unacked.aside();
    }

    /** Requests that wait. */
    public int waiting() {
        if (pulling == null) {
            return 0;
        }
        pulling.expire(false, world.nowNs());
        return pulling.size();
    }

    /** Whether somebody listens to what it pushes. */
    public boolean isBound() {
        return pushing != null && pushing.isHeard();
    }

    /** Until when it is paused, since the epoch; not after now if it isn't. */
    public long pausedUntilNs() {
        return pausedUntilNs;
    }

    /** The client that it is pinned to; empty for none. */
    public String pinned() {
        return pulling == null ? "" : pulling.pin.id();
    }

    /** Since when, since the epoch; 0 for never. */
    public long pinnedNs() {
        return pulling == null ? 0 : pulling.pin.pinnedNs();
    }

    /** What has happened to it that the log doesn't have yet. */
    public Happenings happenings() {
        return happenings;
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
        if (config.replayPolicy() == ReplayPolicy.ORIGINAL) {
            replayUntil = messages.lastSequence();
        }
        use(config);
        int key = ConsumerExtras.orderedBy(config);
        if (key != ConsumerExtras.UNORDERED && pulling != null) {
            order = new KeyOrder(progress, messages, debtor, key);
            pulling.tellMembersApart();
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
            if (pushing == null) {
                pushing = new Pushing(world, progress, "$JS.FC." + stream + '.' + name + '.', its);
            } else {
                pushing.configure(its);
            }
        } else if (pulling == null) {
            pulling = new Pulling(world, debtor, progress, its);
        } else {
            pulling.configure(its);
        }
        throttle = its.rateLimitBps() == 0 ? null : new Throttle(its.rateLimitBps(), burst, nowNs);
        inactiveNs = its.inactiveThresholdNs();
        if (inactiveNs > 0 && !its.isPush()) {
            // As there: many that go at once don't go at the same moment.
            inactiveNs += 100 * MILLISECOND_NS + ThreadLocalRandom.current().nextLong(SECOND_NS);
        }
        OffsetDateTime until = its.pauseUntil();
        // Go's time that is none is of the year 1.
        pausedUntilNs = until == null || until.getYear() <= 1 ? 0 : GoTime.ns(until);
        deadlines.configure(its);
        deadLetter = ConsumerExtras.deadLetter(its);
        samplePercent = SamplePercent.of(its.sampleFrequency());
        world.at(nowNs);
    }

    /** Is configured otherwise from here on. */
    public void configure(ConsumerConfig newConfig) {
        ConsumerConfig before = config;
        config = newConfig;
        long pausedBefore = pausedUntilNs;
        use(newConfig);
        if (pausedBefore != pausedUntilNs) {
            pausing = pausedUntilNs > world.nowNs();
            world.tell(Event.PAUSED, 0, 0, 0, "");
        }
        if (!before.filters().equals(newConfig.filters())) {
            selection.filter(newConfig.filters());
        }
        world.ready();
    }

    /** All begins again in front of a sequence. */
    public void reset(long sequence) {
        note(Happenings.RESET, sequence, 0);
        deadLetters.clear();
        selection.restart();
        selection.count();
        world.ready();
    }

    /** Ends; who waits is told, if there is something to tell. */
    public void end(int code, String description, boolean withRest) {
        if (pulling != null) {
            pulling.end(code, description, withRest);
        }
    }

    /** Gives back what it takes. */
    public void close() {
        end(0, "", false);
        if (pushing != null) {
            pushing.close();
        }
        selection.close();
        if (order != null) {
            order.close();
        }
        progress.close();
    }

    // --- what happens

    private void note(int kind, long sequence, long number) {
        note(kind, sequence, number, world.nowNs());
    }

    /** Has it happen, and keeps that. */
    private void note(int kind, long sequence, long number, long nowNs) {
        progress.at(nowNs);
        if (order != null) {
            happens(order, kind, sequence);
        }
        progress.happened(kind, sequence, number);
        happenings.add(kind, sequence, number);
        world.happened();
    }

    /** Has the order of keys know what is about to happen. */
    private void happens(KeyOrder its, int kind, long sequence) {
        switch (kind) {
            case Happenings.ACKED, Happenings.EXHAUSTED -> {
                // That it is given up is no sign of who has it.
                its.going(sequence, kind == Happenings.ACKED ? world.nowNs() : 0);
                if (its.isReady()) {
                    world.ready();
                }
            }
            case Happenings.TOUCHED -> its.touching(sequence, world.nowNs());
            case Happenings.RESET -> its.clear();
            default -> {
                // Deliveries concern it when they have happened.
            }
        }
    }

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
        if (pushing != null ? pushing.isHeard() : pulling != null && !pulling.isEmpty()) {
            world.ready();
        }
    }

    /** A message of its own goes that its stream still has. */
    public void removing(long sequence, int subjectNumber) {
        selection.removing(sequence, subjectNumber);
        int entry = progress.unacked.find(sequence);
        if (entry != Unacked.NONE) {
            removed(sequence, entry);
        } else {
            progress.exhausted.remove(sequence);
        }
    }

    /** A message is gone that waits for its acknowledgement. */
    private void removed(long sequence, int entry) {
        long delivery = progress.unacked.delivery(entry);
        long deliveries = progress.unacked.redeliveries(entry) + 1L;
        boolean wasInFront = isFull() || progress.unacked.isQueued(entry);
        boolean wasAside = progress.unacked.isAside(entry);
        note(Happenings.ACKED, sequence, 1);
        deadLetters.done(sequence);
        if (!wasAside) {
            world.tell(Event.TERMINATED, sequence, delivery, deliveries, DELETED);
        }
        if (wasInFront) {
            world.ready();
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
        if (order != null) {
            order.recount();
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
        return config.ackPolicy() != AckPolicy.EXPLICIT
                || sequence >= progress.next()
                || progress.unacked.find(sequence) != Unacked.NONE;
    }

    // --- requests

    /**
     * Somebody wants messages.
     *
     * @param reply where they are to go
     */
    public void next(Bytes reply, Region body, int offset, int length) {
        Pulling its = pulling;
        if (its == null) {
            world.say(reply, "", Status.of(409, "Consumer is push based"));
            return;
        }
        NextRequest said = shared.next;
        said.read(body, offset, length);
        long pending = selection.left() + progress.unacked.queued();
        if (its.request(reply, said, pending, world.nowNs())) {
            if (order != null) {
                order.asks(Members.of(reply, said.group()));
            }
            world.ready();
        }
    }

    /** Whether somebody listens where it asked for that. */
    public void onInterest(int watch, boolean interested) {
        if (pushing != null && pushing.isWatchedAs(watch)) {
            pushing.onInterest(interested, world.nowNs());
            world.at(world.nowNs());
            world.ready();
        } else if (pulling != null && !interested) {
            pulling.onNobody(watch);
        }
    }

    /** Nobody is pinned any more. */
    public void unpin() {
        if (pulling != null) {
            pulling.pin.release("admin");
            world.ready();
        }
    }

    // --- acknowledgements

    /**
     * Somebody says what became of a message.
     *
     * @param about which message
     * @param reply where the answer goes; empty for none
     */
    public void onAck(AckSubject about, Bytes said, Bytes reply) {
        active();
        long sequence = about.sequence();
        long delivery = about.delivery();
        long deliveries = about.deliveries();
        AckKind kind = AckKind.of(said);
        boolean answered = true;
        switch (kind) {
            case ACK -> answered = acked(sequence, delivery, deliveries, true);
            case NEXT -> {
                acked(sequence, delivery, deliveries, true);
                next(
                        reply,
                        said.region(),
                        said.offset() + kind.wordBytes(),
                        said.length() - kind.wordBytes());
                answered = false;
            }
            case NAK -> naked(sequence, delivery, deliveries, said);
            case PROGRESS -> {
                int entry = got(sequence);
                // What was taken from who has it isn't theirs any more.
                if (entry != Unacked.NONE && !(order != null && progress.unacked.isQueued(entry))) {
                    note(Happenings.TOUCHED, sequence, world.nowNs());
                    deadlines.dueBy(world.nowNs() + deadlines.waitNs(0));
                    world.at(deadlines.dueNs());
                }
            }
            case TERM -> {
                String reason =
                        new Bytes()
                                .at(
                                        said.region(),
                                        said.offset() + kind.wordBytes(),
                                        said.length() - kind.wordBytes())
                                .utf8()
                                .strip();
                answered = terminated(sequence, deliveries, new GivenUp(true, delivery, reason));
            }
            default -> {
                // Nothing anybody understands; answered nevertheless, as there.
            }
        }
        if (answered && !reply.isEmpty() && sequence > 0) {
            world.answer(reply);
        }
    }

    /** The entry of a message that somebody has got; {@link Unacked#NONE} if nobody has. */
    private int got(long sequence) {
        int entry = progress.unacked.find(sequence);
        return entry != Unacked.NONE && progress.unacked.isAside(entry) ? Unacked.NONE : entry;
    }

    /** A message was refused for good; whether that is to be answered. */
    private boolean terminated(long sequence, long deliveries, GivenUp why) {
        if (got(sequence) != Unacked.NONE && !bury(sequence, deliveries, why)) {
            return false;
        }
        boolean answered = acked(sequence, why.delivery(), deliveries, false);
        world.tell(Event.TERMINATED, sequence, why.delivery(), deliveries, why.reason());
        return answered;
    }

    /**
     * Publishes a message that is given up where its consumer says.
     *
     * @return false if it couldn't be: it isn't given up then, but nobody gets it
     */
    private boolean bury(long sequence, long deliveries, GivenUp why) {
        if (deadLetter.isEmpty()
                || !messages.view(sequence, view)
                || deadLetters.publish(deadLetter, view, sequence, deliveries, why)) {
            deadLetters.done(sequence);
            return true;
        }
        deadLetters.await(sequence, why);
        return false;
    }

    /** What couldn't be given up is, if that can be. */
    private void giveUp(long sequence, GivenUp why) {
        int entry = progress.unacked.find(sequence);
        if (entry == Unacked.NONE) {
            deadLetters.done(sequence);
        } else if (why.refused()) {
            terminated(sequence, progress.unacked.redeliveries(entry) + 1L, why);
        } else {
            exhaust(sequence);
        }
    }

    /** Who uses it is there. */
    private void active() {
        long nowNs = world.nowNs();
        if (pulling != null) {
            pulling.active(nowNs);
        } else if (pushing != null) {
            pushing.active(nowNs);
        }
    }

    /** Whether that is to be answered. */
    private boolean acked(long sequence, long delivery, long deliveries, boolean sampled) {
        if (sequence >= progress.next() && !config.flowControl()) {
            return false;
        }
        boolean wasFull = isFull();
        switch (config.ackPolicy()) {
            case EXPLICIT -> {
                int entry = got(sequence);
                if (entry != Unacked.NONE) {
                    if (sampled) {
                        sample(entry, sequence, delivery, deliveries);
                    }
                    note(Happenings.ACKED, sequence, 1);
                    deadLetters.done(sequence);
                    world.done(sequence);
                } else if (progress.exhausted.has(sequence)) {
                    note(Happenings.ACKED, sequence, 1);
                    world.done(sequence);
                }
            }
            case ALL, FLOW_CONTROL -> {
                if (delivery > progress.floorDelivery() && sequence > progress.floor()) {
                    ackAll(sequence, delivery);
                }
            }
            default -> {
                return false;
            }
        }
        if (wasFull) {
            world.ready();
        }
        return true;
    }

    private void ackAll(long sequence, long delivery) {
        Unacked unacked = progress.unacked;
        long[] done = shared.sequences(unacked.size());
        int count = 0;
        for (int i = 0; i < unacked.end() && unacked.sequence(i) <= sequence; i++) {
            if (unacked.isThere(i)) {
                done[count++] = unacked.sequence(i);
            }
        }
        note(Happenings.ACKED_ALL, sequence, delivery);
        for (int i = 0; i < count; i++) {
            world.done(done[i]);
        }
    }

    private void sample(int entry, long sequence, long delivery, long deliveries) {
        if (samplePercent > 0
                && (samplePercent >= 100
                        || ThreadLocalRandom.current().nextInt(100) <= samplePercent)) {
            long delayNs = world.nowNs() - progress.unacked.timeNs(entry);
            world.tell(Event.ACKED, sequence, delivery, deliveries, String.valueOf(delayNs));
        }
    }

    private void naked(long sequence, long delivery, long deliveries, Bytes said) {
        int entry = got(sequence);
        if (delivery <= progress.floorDelivery()
                || delivery > progress.nextDelivery()
                || entry == Unacked.NONE) {
            return;
        }
        world.tell(Event.NAKED, sequence, delivery, deliveries, "");
        long delayNs = NakDelay.of(said);
        if (delayNs == NakDelay.NONE) {
            if (!progress.unacked.isQueued(entry)) {
                queue(entry, 0);
            }
            world.ready();
            return;
        }
        if (progress.unacked.isQueued(entry)) {
            progress.unacked.queue(entry, false);
            progress.again.remove(sequence);
            world.ready();
        }
        long from =
                world.nowNs() + delayNs - deadlines.waitNs(progress.unacked.redeliveries(entry));
        note(Happenings.TOUCHED, sequence, from);
        if (order != null) {
            // Nothing with its key overtakes it meanwhile.
            queue(progress.unacked.find(sequence), world.nowNs() + delayNs);
            world.at(world.nowNs() + delayNs);
            return;
        }
        deadlines.dueBy(world.nowNs() + delayNs);
        world.at(deadlines.dueNs());
    }

    /**
     * A message is to be delivered again.
     *
     * @param notBeforeNs of one whose key is in order: since the epoch
     */
    private void queue(int entry, long notBeforeNs) {
        long sequence = progress.unacked.sequence(entry);
        progress.unacked.queue(entry, true);
        if (order == null) {
            progress.again.add(sequence);
        } else {
            order.queue(sequence, notBeforeNs, world.nowNs());
        }
    }

    /** Whether so many wait for their acknowledgement that no more are delivered. */
    private boolean isFull() {
        int unacked = unacked();
        return config.maxAckPending() > 0
                        && config.ackPolicy() != AckPolicy.NONE
                        && unacked >= config.maxAckPending()
                || unacked > MANY && !debtor.ledger().hasRoom(Debt.CONSUMERS.store(), MANY);
    }

    /**
     * Somebody has answered flow control.
     *
     * @param to where the answer has come to
     * @param lastDelivery what its headers say; 0 or less for nothing
     */
    public void onFlowControl(Bytes to, long lastSequence, long lastDelivery) {
        if (pushing == null || !pushing.answered(to)) {
            return;
        }
        active();
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL && lastSequence > 0) {
            acked(lastSequence, Math.max(0, lastDelivery), 1, false);
        }
        world.ready();
    }

    // --- delivering

    /**
     * Delivers some messages.
     *
     * @param most as many at most
     * @return whether there may be more to deliver at once
     */
    public boolean deliver(int most) {
        long nowNs = world.nowNs();
        if (order != null && progress.unacked.size() > 0) {
            // What is due goes in front of newer messages of its key, though nobody has looked yet.
            deadlines.dueBy(nowNs);
            pollDeadlines(nowNs);
        }
        for (int i = 0; i < most; i++) {
            if (!world.hasRoom()) {
                return true;
            }
            if (!mayDeliver(nowNs)) {
                waits(Step.WAITING, nowNs);
                return false;
            }
            Step step = order == null ? deliverOne(nowNs) : deliverInOrder(order, nowNs);
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
        if (pausedUntilNs > nowNs) {
            return false;
        }
        return pushing != null ? pushing.isOpen() : pulling != null && !pulling.isEmpty();
    }

    private void waits(Step step, long nowNs) {
        if (step == Step.LATER || step == Step.TOO_EARLY) {
            return;
        }
        if (step == Step.AT_END && messages.lastSequence() <= world.visible()) {
            progress.lookedAt(messages.lastSequence() + 1);
            selection.atEnd();
        }
        if (pulling != null) {
            // Who doesn't wait stays where acknowledgements alone are missing.
            pulling.expire(step != Step.FULL, nowNs);
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
        if (isFull()) {
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
        return order == null
                ? deliver(found, Unacked.NONE, KeyOrder.ANYBODY, nowNs)
                : deliverOrSetAside(order, found, nowNs);
    }

    /** The same where messages with the same key are in order. */
    private Step deliverInOrder(KeyOrder its, long nowNs) {
        for (KeyOrder.Key key = nextKey(its, nowNs); key != null; key = nextKey(its, nowNs)) {
            long sequence = key.first();
            int entry = progress.unacked.find(sequence);
            boolean aside = progress.unacked.isAside(entry);
            if (!aside && isOver(entry)) {
                over(sequence);
                continue;
            }
            if (!messages.view(sequence, view)) {
                // As above; here it has its place already.
                note(Happenings.ACKED, sequence, 1);
                continue;
            }
            if (aside && isFull()) {
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
        return its.next(!isFull(), nowNs);
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
                || progress.unacked.aside() >= config.maxAckPending()) {
            return step;
        }
        note(Happenings.SET_ASIDE, sequence, 1);
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
            if (isOver(entry)) {
                over(sequence);
            } else if (messages.view(sequence, view)) {
                return sequence;
            } else if (messages.index().has(sequence)) {
                progress.unacked.queue(entry, false);
            } else {
                // It was delivered with other filters, so nobody has told that it is gone.
                removed(sequence, entry);
            }
        }
    }

    /** Whether a message isn't to be delivered again. */
    private boolean isOver(int entry) {
        return config.maxDeliver() > 0
                        && progress.unacked.redeliveries(entry) + 1 >= config.maxDeliver()
                || deadLetters.has(progress.unacked.sequence(entry));
    }

    /** A message isn't to be delivered again. */
    private void over(long sequence) {
        int entry = progress.unacked.find(sequence);
        if (entry != Unacked.NONE) {
            progress.unacked.queue(entry, false);
            if (order != null) {
                order.unqueue(sequence);
            }
            if (!deadLetters.has(sequence)) {
                exhaust(sequence);
            }
        }
    }

    /** A message was delivered as often as it may be. */
    private void exhaust(long sequence) {
        int entry = progress.unacked.find(sequence);
        if (entry == Unacked.NONE) {
            return;
        }
        long deliveries = progress.unacked.redeliveries(entry) + 1L;
        if (!bury(sequence, deliveries, GivenUp.EXHAUSTED)) {
            return;
        }
        boolean wasFull = isFull();
        if (!deadLetter.isEmpty() && world.isWorkQueue()) {
            // It is elsewhere now.
            note(Happenings.ACKED, sequence, 1);
            world.done(sequence);
        } else {
            note(Happenings.EXHAUSTED, sequence, 0);
        }
        world.tell(Event.EXHAUSTED, sequence, 0, deliveries, "");
        if (wasFull) {
            world.ready();
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
        long left = first ? Math.max(0, left() - 1) : left();
        Region bytes = view.region();
        subject.at(bytes, view.subjectOffset(), view.subjectLength());
        headers.at(bytes, view.headerOffset(), view.headerLength());
        payload.at(bytes, view.payloadOffset(), view.payloadLength());
        if (config.headersOnly()) {
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
        if (pulling != null) {
            request = pulling.pick(size, left + 1, unacked(), member, nowNs);
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
        if (request != null && pulling != null) {
            pulling.pin(request, nowNs);
            if (pulling.pin.isSet()) {
                shared.headers.with(headers, "Nats-Pin-Id", pulling.pin.id());
            }
        }
        if (!world.deliver(to, subject, reply, headers, payload)) {
            return Step.LATER;
        }
        delivered(sequence, again, size, nowNs);
        if (order != null && request != null) {
            order.delivered(sequence, request.member, nowNs);
        }
        if (request != null && pulling != null) {
            pulling.got(request, size, nowNs);
        } else if (pushing != null) {
            boolean mustAsk = config.ackPolicy() == AckPolicy.FLOW_CONTROL && isFull();
            pushing.sent(size, mustAsk, nowNs);
        }
        return Step.DELIVERED;
    }

    private Bytes pushed() {
        if (pushing == null) {
            throw new IllegalStateException("nobody is pushed to");
        }
        return pushing.subject();
    }

    private void delivered(long sequence, boolean again, long size, long nowNs) {
        if (throttle != null) {
            throttle.take(size, nowNs);
        }
        replayedTimeNs = view.timeNs();
        replayedAtNs = nowNs;
        if (again) {
            note(Happenings.REDELIVERED, sequence, 0, nowNs);
        } else {
            selection.taken();
            note(Happenings.DELIVERED, sequence, 1, nowNs);
        }
        if (config.ackPolicy() == AckPolicy.NONE) {
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

    // --- time

    /** Does what is due, and has itself polled again in time. */
    public void poll() {
        long nowNs = world.nowNs();
        pollPause(nowNs);
        if (progress.unacked.size() > 0) {
            pollDeadlines(nowNs);
        } else {
            deadlines.none();
        }
        deadLetters.poll(this::giveUp);
        if (order != null) {
            if (order.wake(nowNs)) {
                world.ready();
            }
            world.at(order.wakeNs());
        }
        if (pulling != null) {
            if (pulling.pin.poll(nowNs)) {
                world.ready();
            }
            pulling.poll(nowNs);
        }
        if (pushing != null) {
            boolean asks =
                    config.ackPolicy() == AckPolicy.FLOW_CONTROL && progress.unacked.size() > 0;
            pushing.poll(asks, nowNs);
        }
        if (throttle != null || replayUntil > 0) {
            world.ready();
        }
        pollActivity(nowNs);
    }

    private void pollPause(long nowNs) {
        if (pausedUntilNs > nowNs) {
            pausing = true;
            world.at(pausedUntilNs);
        } else if (pausing) {
            pausing = false;
            world.tell(Event.PAUSED, 0, 0, 0, "");
            world.ready();
        }
    }

    private void pollDeadlines(long nowNs) {
        if (nowNs >= deadlines.dueNs()) {
            int queuedBefore = progress.unacked.queued();
            SequenceSet over = new SequenceSet(debtor);
            if (order != null) {
                order.poll(deadlines, nowNs, this::isOver, over);
            } else {
                deadlines.poll(
                        progress.unacked,
                        nowNs,
                        entry -> {
                            if (isOver(entry)) {
                                over.add(progress.unacked.sequence(entry));
                            } else {
                                queue(entry, 0);
                            }
                        });
            }
            for (int i = 0; i < over.size(); i++) {
                over(over.get(i));
            }
            over.clear();
            if (progress.unacked.queued() > queuedBefore) {
                world.ready();
            }
        }
        world.at(deadlines.dueNs());
    }

    private void pollActivity(long nowNs) {
        if (inactiveNs == 0) {
            return;
        }
        if (pushing != null && pushing.isHeard() || pulling != null && !pulling.isEmpty()) {
            world.at(nowNs + inactiveNs);
            return;
        }
        long active =
                pushing != null ? pushing.activeNs() : pulling == null ? 0 : pulling.activeNs();
        long endNs = active + inactiveNs;
        if (pulling != null && endNs <= nowNs) {
            // Who has messages may still be at work.
            Unacked unacked = progress.unacked;
            for (int i = 0; i < unacked.end(); i++) {
                if (unacked.isThere(i)) {
                    endNs =
                            Math.max(
                                    endNs,
                                    unacked.timeNs(i)
                                            + deadlines.waitNs(unacked.redeliveries(i))
                                            + inactiveNs);
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
