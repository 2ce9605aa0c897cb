package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.StreamInfo;
import io.millrace.broker.jetstream.api.StreamState;
import io.millrace.broker.jetstream.sourcing.Sourcing;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Stream;
import io.millrace.broker.store.index.StreamIndex;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts together what there is to say about a stream. Shard thread. */
final class StreamDetails {
    /** Missing sequences that are told; of more only how many there are. */
    private static final int MOST_DELETED = 1_000_000;

    private static final long[] NONE = {};

    private StreamDetails() {}

    static StreamInfo of(StreamHandle handle, long nowNs) {
        return of(handle, new TreeMap<>(), false, nowNs);
    }

    /**
     * All of it.
     *
     * @param subjects messages by subject, as far as it was asked for
     * @param deleted whether to say which sequences are missing
     * @param nowNs since the epoch
     */
    static StreamInfo of(
            StreamHandle handle, SortedMap<String, Long> subjects, boolean deleted, long nowNs) {
        Stream stream = handle.stream();
        Sourcing copies = handle.sourcing;
        return new StreamInfo(
                stream.config(),
                stream.createdNs(),
                state(stream, subjects, deleted, handle.consumers().countMade()),
                copies == null ? null : copies.mirror(nowNs),
                copies == null ? List.of() : copies.sources(nowNs));
    }

    /** What a stream has, without its consumers. */
    static StreamState state(Stream stream) {
        return state(stream, new TreeMap<>(), false, 0);
    }

    private static StreamState state(
            Stream stream, SortedMap<String, Long> subjects, boolean deleted, int consumers) {
        Messages messages = stream.messages();
        return new StreamState(
                messages.count(),
                messages.bytes(),
                messages.firstSequence(),
                messages.firstTimeNs(),
                messages.lastSequence(),
                messages.lastTimeNs(),
                messages.index().subjects(),
                subjects,
                messages.missing(),
                deleted ? missing(messages) : NONE,
                NONE,
                0,
                consumers);
    }

    private static long[] missing(Messages messages) {
        long most = Math.min(MOST_DELETED, messages.missing());
        long[] found = new long[(int) most];
        int count = 0;
        StreamIndex index = messages.index();
        long present = messages.firstSequence();
        while (count < most && present != 0) {
            long next = index.next(present + 1);
            for (long gap = present + 1; next != 0 && gap < next && count < most; gap++) {
                found[count] = gap;
                count++;
            }
            present = next;
        }
        // Behind the last message there may be some that are missing, too.
        long last = index.last();
        for (long gap = last + 1; gap <= messages.lastSequence() && count < most; gap++) {
            found[count] = gap;
            count++;
        }
        return count == found.length ? found : Arrays.copyOf(found, count);
    }
}
