package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.RecordView;

import org.jspecify.annotations.Nullable;

/**
 * What the parts of a consumer have in common: how far it is, and what happens to it, which is
 * kept. Shard thread.
 */
final class Course {
    /** Where more than these wait for their acknowledgement, there must be memory for more. */
    private static final int MANY = 64 * 1024;

    final Surroundings world;
    final Messages messages;
    final Progress progress;
    final Selection selection;
    final AckDeadlines deadlines;
    final Happenings happenings = new Happenings();
    final Debtor debtor;

    /** The message that is looked at. */
    final RecordView view = new RecordView();

    ConsumerConfig config;

    /** Nothing is delivered before, since the epoch. */
    long pausedUntilNs;

    /** Who pulls; not there if it pushes. */
    @Nullable Pulling pulling;

    /** Whom it pushes to; not there if it is pulled from. */
    @Nullable Pushing pushing;

    /** Not there if messages are in no order but the stream's. */
    @Nullable KeyOrder order;

    Course(ConsumerConfig config, Surroundings world, Debtor debtor) {
        this.config = config;
        this.world = world;
        this.debtor = debtor;
        messages = world.messages();
        progress = new Progress(debtor, config.ackPolicy());
        selection = new Selection(messages, progress, config.filters());
        deadlines = new AckDeadlines(config);
    }

    // --- what happens

    /** The same now. */
    void note(int kind, long sequence, long number) {
        note(kind, sequence, number, world.nowNs());
    }

    /** Has it happen, and keeps that. */
    void note(int kind, long sequence, long number, long nowNs) {
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

    /**
     * A message is to be delivered again.
     *
     * @param notBeforeNs of one whose key is in order: since the epoch
     */
    void queue(int entry, long notBeforeNs) {
        long sequence = progress.unacked.sequence(entry);
        progress.unacked.queue(entry, true);
        if (order == null) {
            progress.again.add(sequence);
        } else {
            order.queue(sequence, notBeforeNs, world.nowNs());
        }
    }

    /** Whether so many wait for their acknowledgement that no more are delivered. */
    boolean isFull() {
        int unacked = unacked();
        return config.maxAckPending() > 0
                        && config.ackPolicy() != AckPolicy.NONE
                        && unacked >= config.maxAckPending()
                || unacked > MANY && !debtor.ledger().hasRoomForJetStream(MANY);
    }

    /** Who uses it is there. */
    void active() {
        long nowNs = world.nowNs();
        if (pulling != null) {
            pulling.active(nowNs);
        } else if (pushing != null) {
            pushing.active(nowNs);
        }
    }

    // --- how much there is

    /** Messages that wait for their acknowledgement. */
    int unacked() {
        return progress.unacked.size() - progress.unacked.aside();
    }

    /** Messages that it still is to deliver for the first time. */
    long left() {
        return selection.left() + progress.unacked.aside();
    }
}
