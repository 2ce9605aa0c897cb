package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.archive.ConsumerState.Pending;

import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link ConsumerState} that is still being read; bounded. One thread's own. */
final class ConsumerStateDraft {
    /** Messages that may wait, and the same of those delivered again: some 40 MB of heap each. */
    private static final int MAX_MESSAGES = 256 * 1024;

    private final SortedMap<Long, Pending> pending = new TreeMap<>();
    private final SortedMap<Long, Long> redelivered = new TreeMap<>();
    private long deliveredConsumer;
    private long deliveredStream;
    private long ackFloorConsumer;
    private long ackFloorStream;

    void delivered(long consumer, long stream) {
        deliveredConsumer = consumer;
        deliveredStream = stream;
    }

    void ackFloor(long consumer, long stream) {
        ackFloorConsumer = consumer;
        ackFloorStream = stream;
    }

    void pending(long stream, long consumer, long timeNs) throws BadBackupException {
        check(pending.size());
        pending.put(stream, new Pending(consumer, timeNs));
    }

    void redelivered(long stream, long times) throws BadBackupException {
        check(redelivered.size());
        redelivered.put(stream, times);
    }

    private static void check(int size) throws BadBackupException {
        if (size == MAX_MESSAGES) {
            throw new BadBackupException(
                    "a consumer has more than " + MAX_MESSAGES + " messages pending");
        }
    }

    ConsumerState state() {
        return new ConsumerState(
                deliveredConsumer,
                deliveredStream,
                ackFloorConsumer,
                ackFloorStream,
                pending,
                redelivered);
    }
}
