package io.millrace.broker.jetstream.archive;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a consumer has come. Immutable.
 *
 * @param deliveredConsumer its own sequence of what was delivered last
 * @param deliveredStream the stream's sequence of that
 * @param ackFloorConsumer all up to its own sequence is acknowledged
 * @param ackFloorStream all up to the stream's sequence is
 * @param pending what waits for its acknowledgement, by the stream's sequence; unmodifiable
 * @param redelivered how often those were delivered that were more than once, by the stream's
 *     sequence; unmodifiable
 */
public record ConsumerState(
        long deliveredConsumer,
        long deliveredStream,
        long ackFloorConsumer,
        long ackFloorStream,
        SortedMap<Long, Pending> pending,
        SortedMap<Long, Long> redelivered) {
    /**
     * A message that waits for its acknowledgement.
     *
     * @param sequence the consumer's own
     * @param timeNs when it was delivered, since the epoch
     */
    public record Pending(long sequence, long timeNs) {}

    /** Takes over what the maps say now. */
    public ConsumerState {
        pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
        redelivered = Collections.unmodifiableSortedMap(new TreeMap<>(redelivered));
    }

    /** The same, but of nothing behind this sequence of the stream. */
    public ConsumerState upTo(long sequence) {
        return new ConsumerState(
                deliveredConsumer,
                Math.min(deliveredStream, sequence),
                ackFloorConsumer,
                Math.min(ackFloorStream, sequence),
                pending.headMap(sequence + 1),
                redelivered.headMap(sequence + 1));
    }
}
