package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.SamplePercent;
import io.millrace.broker.jetstream.consumer.DeadLetters.GivenUp;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;
import io.millrace.broker.jetstream.stream.Bytes;

import java.util.concurrent.ThreadLocalRandom;

/** What clients say of the messages that they have got. Shard thread. */
final class Acknowledgements {
    private static final String DELETED = "Unacknowledged message was deleted";

    private final Course course;
    private final Surroundings world;
    private final Progress progress;
    private final AckDeadlines deadlines;
    private final AckTimeouts timeouts;
    private final DeadLetters deadLetters;
    private final Consumer.Shared shared;

    /** How many of a hundred are told of; 0 for none. */
    private int samplePercent;

    Acknowledgements(
            Course course, AckTimeouts timeouts, DeadLetters deadLetters, Consumer.Shared shared) {
        this.course = course;
        this.timeouts = timeouts;
        this.deadLetters = deadLetters;
        this.shared = shared;
        world = course.world;
        progress = course.progress;
        deadlines = course.deadlines;
    }

    void configure(ConsumerConfig its) {
        samplePercent = SamplePercent.of(its.sampleFrequency());
    }

    /**
     * Somebody says what became of a message.
     *
     * @param kind what
     * @param about which message
     * @param reply where the answer goes; empty for none
     */
    void onAck(AckKind kind, AckSubject about, Bytes said, Bytes reply) {
        long sequence = about.sequence();
        long delivery = about.delivery();
        long deliveries = about.deliveries();
        boolean answered = true;
        switch (kind) {
            case ACK -> answered = acked(sequence, delivery, deliveries, true);
            case NEXT -> {
                // What it asks for besides is the answer.
                acked(sequence, delivery, deliveries, true);
                answered = false;
            }
            case NAK -> naked(sequence, delivery, deliveries, said);
            case PROGRESS -> {
                int entry = got(sequence);
                // What was taken from who has it isn't theirs any more.
                if (entry != Unacked.NONE
                        && !(course.order != null && progress.unacked.isQueued(entry))) {
                    course.note(Happenings.TOUCHED, sequence, world.nowNs());
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
        if (got(sequence) != Unacked.NONE && !timeouts.bury(sequence, deliveries, why)) {
            return false;
        }
        boolean answered = acked(sequence, why.delivery(), deliveries, false);
        world.tell(Event.TERMINATED, sequence, why.delivery(), deliveries, why.reason());
        return answered;
    }

    /** What couldn't be given up is, if that can be. */
    void giveUp(long sequence, GivenUp why) {
        int entry = progress.unacked.find(sequence);
        if (entry == Unacked.NONE) {
            deadLetters.done(sequence);
        } else if (why.refused()) {
            terminated(sequence, progress.unacked.redeliveries(entry) + 1L, why);
        } else {
            timeouts.exhaust(sequence);
        }
    }

    /** Whether that is to be answered. */
    boolean acked(long sequence, long delivery, long deliveries, boolean sampled) {
        if (sequence >= progress.next() && !course.config.flowControl()) {
            return false;
        }
        boolean wasFull = course.isFull();
        switch (course.config.ackPolicy()) {
            case EXPLICIT -> {
                int entry = got(sequence);
                if (entry != Unacked.NONE) {
                    if (sampled) {
                        sample(entry, sequence, delivery, deliveries);
                    }
                    course.note(Happenings.ACKED, sequence, 1);
                    deadLetters.done(sequence);
                    world.done(sequence);
                } else if (progress.exhausted.has(sequence)) {
                    course.note(Happenings.ACKED, sequence, 1);
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
        course.note(Happenings.ACKED_ALL, sequence, delivery);
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
                course.queue(entry, 0);
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
        course.note(Happenings.TOUCHED, sequence, from);
        if (course.order != null) {
            // Nothing with its key overtakes it meanwhile.
            course.queue(progress.unacked.find(sequence), world.nowNs() + delayNs);
            world.at(world.nowNs() + delayNs);
            return;
        }
        deadlines.dueBy(world.nowNs() + delayNs);
        world.at(deadlines.dueNs());
    }

    /** A message is gone that waits for its acknowledgement. */
    void removed(long sequence, int entry) {
        long delivery = progress.unacked.delivery(entry);
        long deliveries = progress.unacked.redeliveries(entry) + 1L;
        boolean wasInFront = course.isFull() || progress.unacked.isQueued(entry);
        boolean wasAside = progress.unacked.isAside(entry);
        course.note(Happenings.ACKED, sequence, 1);
        deadLetters.done(sequence);
        if (!wasAside) {
            world.tell(Event.TERMINATED, sequence, delivery, deliveries, DELETED);
        }
        if (wasInFront) {
            world.ready();
        }
    }
}
