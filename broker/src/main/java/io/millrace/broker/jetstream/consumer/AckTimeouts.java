package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerExtras;
import io.millrace.broker.jetstream.consumer.DeadLetters.GivenUp;
import io.millrace.broker.jetstream.consumer.Surroundings.Event;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.store.RecordView;

/**
 * What becomes of messages that aren't acknowledged in time: they are delivered again or, when they
 * were as often as they may be, given up. Shard thread.
 */
final class AckTimeouts {
    private final Course course;
    private final Surroundings world;
    private final Messages messages;
    private final Progress progress;
    private final AckDeadlines deadlines;
    private final RecordView view;
    private final DeadLetters deadLetters;

    /** Where what is given up is published; empty for nowhere. */
    private String deadLetter = "";

    AckTimeouts(Course course, DeadLetters deadLetters) {
        this.course = course;
        this.deadLetters = deadLetters;
        world = course.world;
        messages = course.messages;
        progress = course.progress;
        deadlines = course.deadlines;
        view = course.view;
    }

    void configure(ConsumerConfig its) {
        deadLetter = ConsumerExtras.deadLetter(its);
    }

    /** Whether a message isn't to be delivered again. */
    boolean isOver(int entry) {
        return course.config.maxDeliver() > 0
                        && progress.unacked.redeliveries(entry) + 1 >= course.config.maxDeliver()
                || deadLetters.has(progress.unacked.sequence(entry));
    }

    /** A message isn't to be delivered again. */
    void over(long sequence) {
        int entry = progress.unacked.find(sequence);
        if (entry != Unacked.NONE) {
            progress.unacked.queue(entry, false);
            if (course.order != null) {
                course.order.unqueue(sequence);
            }
            if (!deadLetters.has(sequence)) {
                exhaust(sequence);
            }
        }
    }

    /** A message was delivered as often as it may be. */
    void exhaust(long sequence) {
        int entry = progress.unacked.find(sequence);
        if (entry == Unacked.NONE) {
            return;
        }
        long deliveries = progress.unacked.redeliveries(entry) + 1L;
        if (!bury(sequence, deliveries, GivenUp.EXHAUSTED)) {
            return;
        }
        boolean wasFull = course.isFull();
        if (!deadLetter.isEmpty() && world.isWorkQueue()) {
            // It is elsewhere now.
            course.note(Happenings.ACKED, sequence, 1);
            world.done(sequence);
        } else {
            course.note(Happenings.EXHAUSTED, sequence, 0);
        }
        world.tell(Event.EXHAUSTED, sequence, 0, deliveries, "");
        if (wasFull) {
            world.ready();
        }
    }

    /**
     * Publishes a message that is given up where its consumer says.
     *
     * @return false if it couldn't be: it isn't given up then, but nobody gets it
     */
    boolean bury(long sequence, long deliveries, GivenUp why) {
        if (deadLetter.isEmpty()
                || !messages.view(sequence, view)
                || deadLetters.publish(deadLetter, view, sequence, deliveries, why)) {
            deadLetters.done(sequence);
            return true;
        }
        deadLetters.await(sequence, why);
        return false;
    }

    /** Has what is overdue delivered again, or gives it up, and itself polled again in time. */
    void poll(long nowNs) {
        if (nowNs >= deadlines.dueNs()) {
            int queuedBefore = progress.unacked.queued();
            SequenceSet over = new SequenceSet(course.debtor);
            if (course.order != null) {
                course.order.poll(deadlines, nowNs, this::isOver, over);
            } else {
                deadlines.poll(
                        progress.unacked,
                        nowNs,
                        entry -> {
                            if (isOver(entry)) {
                                over.add(progress.unacked.sequence(entry));
                            } else {
                                course.queue(entry, 0);
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
}
