package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.archive.ConsumerState;
import io.millrace.broker.jetstream.config.AckPolicy;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a consumer is: what it was given, and what of that is acknowledged. Changed by what has
 * happened only, the same way at the time and after a restart. Shard thread.
 */
final class Progress implements Happenings.Reader {
    /** Beside how often a message was delivered again, in a checkpoint: it wasn't at all yet. */
    private static final int ASIDE = 1 << 30;

    final Unacked unacked;

    /** Messages that were delivered as often as they may be, and that are still in the stream. */
    final SequenceSet exhausted;

    /** What is to be delivered again; isn't kept, since its time is over soon anyway. */
    final Redeliveries again;

    private AckPolicy policy;

    /** The first sequence that wasn't looked at yet. */
    private long next = 1;

    private long nextDelivery = 1;

    /** The last message that was delivered, or the one in front of the first. */
    private long delivered;

    private long floorDelivery;
    private long floor;

    /** Up to here only the last message on each subject is delivered; 0 for all. */
    private long lastOnesUntil;

    // Nanoseconds since the epoch; 0 for never.
    private long deliveredNs;
    private long ackedNs;

    /** When what happens has happened. */
    private long nowNs;

    Progress(Debtor debtor, AckPolicy policy) {
        this.policy = policy;
        unacked = new Unacked(debtor);
        exhausted = new SequenceSet(debtor);
        again = new Redeliveries(debtor);
    }

    /** Begins with a sequence. */
    void beginAt(long sequence, long newLastOnesUntil) {
        next = Math.max(1, sequence);
        nextDelivery = 1;
        delivered = next - 1;
        floor = delivered;
        floorDelivery = 0;
        lastOnesUntil = newLastOnesUntil;
    }

    long next() {
        return next;
    }

    /** What is in front of this was looked at. */
    void lookedAt(long newNext) {
        next = Math.max(next, newNext);
    }

    long nextDelivery() {
        return nextDelivery;
    }

    long delivered() {
        return delivered;
    }

    /** The last delivery, in front of which all are acknowledged; with its {@link #floor}. */
    long floorDelivery() {
        return floorDelivery;
    }

    long floor() {
        return floor;
    }

    long lastOnesUntil() {
        return lastOnesUntil;
    }

    /** Since the epoch; 0 for never. */
    long deliveredNs() {
        return deliveredNs;
    }

    /** Since the epoch; 0 for never. */
    long ackedNs() {
        return ackedNs;
    }

    /** Messages that were delivered again. */
    long redelivered() {
        return unacked.redelivered() + exhausted.size();
    }

    /** What happens from here on happens then. */
    void at(long newNowNs) {
        nowNs = newNowNs;
    }

    // --- what happens

    @Override
    public void happened(int kind, long sequence, long number) {
        switch (kind) {
            case Happenings.DELIVERED -> {
                for (long i = 0; i < number; i++) {
                    delivered(sequence + i);
                }
            }
            case Happenings.REDELIVERED -> redelivered(sequence);
            case Happenings.ACKED -> {
                for (long i = 0; i < number; i++) {
                    acked(sequence + i);
                }
            }
            case Happenings.ACKED_ALL -> ackedAll(sequence, number);
            case Happenings.EXHAUSTED -> exhausted(sequence);
            case Happenings.TOUCHED -> touched(sequence, number);
            case Happenings.RESET -> reset(sequence);
            case Happenings.SET_ASIDE -> {
                for (long i = 0; i < number; i++) {
                    setAside(sequence + i);
                }
            }
            default -> {
                // Of a newer server.
            }
        }
    }

    /**
     * A message is delivered for the first time. One in front of the next was purged as soon as it
     * was delivered: the log has that first.
     */
    void delivered(long sequence) {
        deliveredNs = nowNs;
        if (sequence < next) {
            deliveredWhatIsGone();
            return;
        }
        next = sequence + 1;
        delivered = sequence;
        long delivery = nextDelivery++;
        if (policy == AckPolicy.NONE) {
            floorDelivery = delivery;
            floor = sequence;
        } else {
            unacked.add(sequence, delivery, nowNs, 0);
        }
    }

    /** A message was looked at and waits; it has its place among those that are delivered. */
    private void setAside(long sequence) {
        if (sequence < next) {
            return;
        }
        next = sequence + 1;
        delivered = sequence;
        unacked.addAside(sequence, nextDelivery++, nowNs);
    }

    private void deliveredWhatIsGone() {
        nextDelivery++;
        if (unacked.size() == 0) {
            floorDelivery = nextDelivery - 1;
        }
    }

    void redelivered(long sequence) {
        deliveredNs = nowNs;
        int entry = unacked.find(sequence);
        if (entry == Unacked.NONE) {
            deliveredWhatIsGone();
            return;
        }
        unacked.queue(entry, false);
        unacked.redeliver(entry, nowNs);
        nextDelivery++;
    }

    /** A message needs no more deliveries; false if it wasn't one of those that wait for that. */
    boolean acked(long sequence) {
        ackedNs = nowNs;
        exhausted.remove(sequence);
        return removed(sequence);
    }

    /** A message isn't in the stream any more: nobody has acknowledged it. */
    void lost(long sequence) {
        removed(sequence);
    }

    private boolean removed(long sequence) {
        int entry = unacked.find(sequence);
        if (entry == Unacked.NONE) {
            return false;
        }
        long delivery = unacked.delivery(entry);
        unacked.remove(entry);
        if (unacked.size() == 0) {
            floorDelivery = nextDelivery - 1;
            floor = delivered;
            again.clear();
        } else if (delivery == floorDelivery + 1) {
            int first = unacked.first();
            floorDelivery = unacked.delivery(first) - 1;
            floor = unacked.sequence(first) - 1;
        }
        return true;
    }

    void ackedAll(long sequence, long delivery) {
        ackedNs = nowNs;
        while (unacked.size() > 0 && unacked.sequence(unacked.first()) <= sequence) {
            unacked.remove(unacked.first());
        }
        exhausted.removeBelow(sequence + 1);
        floorDelivery = Math.max(floorDelivery, delivery);
        floor = Math.max(floor, sequence);
        if (sequence >= next && policy == AckPolicy.FLOW_CONTROL) {
            // Flow control tells of messages that the log had not yet.
            next = sequence + 1;
            nextDelivery = Math.max(nextDelivery, delivery + 1);
            delivered = Math.max(delivered, sequence);
        }
    }

    void exhausted(long sequence) {
        if (removed(sequence)) {
            exhausted.add(sequence);
        }
    }

    void touched(long sequence, long timeNs) {
        int entry = unacked.find(sequence);
        if (entry != Unacked.NONE) {
            unacked.touch(entry, timeNs);
        }
    }

    void reset(long sequence) {
        forget();
        beginAt(sequence, 0);
        deliveredNs = 0;
        ackedNs = 0;
    }

    private void forget() {
        unacked.clear();
        exhausted.clear();
        again.clear();
    }

    /** All in front of a sequence is gone from the stream, by a purge. */
    void purged(long sequence) {
        next = Math.max(next, sequence);
        delivered = Math.max(delivered, sequence - 1);
        if (floor + 1 >= sequence) {
            return;
        }
        while (unacked.size() > 0 && unacked.sequence(unacked.first()) < sequence) {
            unacked.remove(unacked.first());
        }
        exhausted.removeBelow(sequence);
        floor = sequence - 1;
        if (unacked.size() == 0) {
            floorDelivery = nextDelivery - 1;
            floor = delivered;
            again.clear();
        } else {
            floorDelivery = Math.max(floorDelivery, unacked.delivery(unacked.first()) - 1);
        }
    }

    // --- checkpoints

    void write(Sink out) throws IOException {
        out.putLong(next);
        out.putLong(nextDelivery);
        out.putLong(delivered);
        out.putLong(floorDelivery);
        out.putLong(floor);
        out.putLong(lastOnesUntil);
        out.putLong(deliveredNs);
        out.putLong(ackedNs);
        out.putInt(unacked.size());
        for (int i = 0; i < unacked.end(); i++) {
            if (unacked.isThere(i)) {
                out.putLong(unacked.sequence(i));
                out.putLong(unacked.delivery(i));
                out.putLong(unacked.timeNs(i));
                out.putInt(unacked.redeliveries(i) | (unacked.isAside(i) ? ASIDE : 0));
            }
        }
        out.putInt(exhausted.size());
        for (int i = 0; i < exhausted.size(); i++) {
            out.putLong(exhausted.get(i));
        }
    }

    void restore(Source in) throws IOException {
        next = in.getLong();
        nextDelivery = in.getLong();
        delivered = in.getLong();
        floorDelivery = in.getLong();
        floor = in.getLong();
        lastOnesUntil = in.getLong();
        deliveredNs = in.getLong();
        ackedNs = in.getLong();
        long last = 0;
        for (int left = in.getInt(); left > 0; left--) {
            long sequence = in.getLong();
            if (sequence <= last) {
                throw new IOException("a consumer's messages in a checkpoint are out of order");
            }
            last = sequence;
            long delivery = in.getLong();
            long timeNs = in.getLong();
            int redeliveries = in.getInt();
            if ((redeliveries & ASIDE) == 0) {
                unacked.add(sequence, delivery, timeNs, redeliveries & Short.MAX_VALUE);
            } else {
                unacked.addAside(sequence, delivery, timeNs);
            }
        }
        for (int left = in.getInt(); left > 0; left--) {
            exhausted.add(in.getLong());
        }
    }

    // --- backups

    ConsumerState state() {
        SortedMap<Long, ConsumerState.Pending> pending = new TreeMap<>();
        SortedMap<Long, Long> again = new TreeMap<>();
        for (int i = 0; i < unacked.end(); i++) {
            if (unacked.isThere(i) && !unacked.isAside(i)) {
                long sequence = unacked.sequence(i);
                pending.put(
                        sequence,
                        new ConsumerState.Pending(unacked.delivery(i), unacked.timeNs(i)));
                if (unacked.redeliveries(i) > 0) {
                    again.put(sequence, (long) unacked.redeliveries(i));
                }
            }
        }
        for (int i = 0; i < exhausted.size(); i++) {
            again.put(exhausted.get(i), 1L);
        }
        return new ConsumerState(nextDelivery - 1, delivered, floorDelivery, floor, pending, again);
    }

    void restore(ConsumerState state) {
        nextDelivery = state.deliveredConsumer() + 1;
        delivered = state.deliveredStream();
        next = delivered + 1;
        floorDelivery = state.ackFloorConsumer();
        floor = state.ackFloorStream();
        state.pending()
                .forEach(
                        (sequence, each) -> {
                            long times = state.redelivered().getOrDefault(sequence, 0L);
                            unacked.add(
                                    sequence,
                                    each.sequence(),
                                    each.timeNs(),
                                    (int) Math.min(Short.MAX_VALUE, times));
                        });
        for (long sequence : state.redelivered().keySet()) {
            if (!state.pending().containsKey(sequence)) {
                exhausted.add(sequence);
            }
        }
    }

    void close() {
        forget();
        unacked.close();
    }
}
