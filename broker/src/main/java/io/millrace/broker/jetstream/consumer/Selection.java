package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.store.index.MatchedSubjects;
import io.millrace.broker.store.index.StreamIndex;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Which messages of the stream are a consumer's: finds the next, and knows how many are left. Shard
 * thread.
 */
final class Selection {
    /** There is none, up to where it was looked. */
    static final long NONE = 0;

    /** There may be one, but others have waited long enough. */
    static final long LATER = -1;

    /** Looked through at once, of up to 256 messages each. */
    private static final int CHUNKS = 64;

    /** Messages that aren't the last on their subject, stepped over at once. */
    private static final int STEPS = 4_096;

    private static final List<String> ALL = List.of(">");

    /** What is known of subjects may take so much while there is nothing to look for. */
    private static final long KEPT_BYTES = 4 * 1024;

    private final Messages messages;
    private final Progress progress;
    private List<String> filters;

    /** Made when it is needed first, and again where the index is another one. */
    private @Nullable MatchedSubjects matched;

    private @Nullable StreamIndex index;
    private long searched;
    private long left;

    Selection(Messages messages, Progress progress, List<String> filters) {
        this.messages = messages;
        this.progress = progress;
        this.filters = filters;
    }

    private MatchedSubjects matched() {
        StreamIndex its = messages.index();
        MatchedSubjects there = matched;
        if (there == null || index != its) {
            there = its.match(filters.isEmpty() ? ALL : filters);
            matched = there;
            index = its;
        }
        return there;
    }

    void filter(List<String> newFilters) {
        close();
        filters = newFilters;
        searched = 0;
        count();
    }

    // --- how many are left

    /** Counts anew how many are to be delivered for the first time. */
    void count() {
        long next = progress.next();
        long lastOnes = progress.lastOnesUntil();
        if (next > lastOnes) {
            left = messages.index().countMatching(matched(), next);
            return;
        }
        long[] sum = {messages.index().countMatching(matched(), lastOnes + 1)};
        for (String filter : filters.isEmpty() ? ALL : filters) {
            messages.index()
                    .matching(
                            io.millrace.protocol.SubjectFilter.of(filter),
                            subject -> sum[0] += hasLastOne(subject, next, lastOnes) ? 1 : 0);
        }
        left = sum[0];
    }

    private boolean hasLastOne(int subject, long next, long until) {
        long last = messages.index().lastOf(subject);
        long lastOne = last <= until ? last : messages.index().previousOf(subject, until + 1);
        return lastOne >= next;
    }

    /** Messages that are to be delivered for the first time. */
    long left() {
        return Math.max(0, left);
    }

    /** One more has come. */
    void added() {
        left++;
    }

    /** One was delivered, or is gone. */
    void taken() {
        left--;
    }

    /** All up to the end of the stream was looked at. */
    void atEnd() {
        left = 0;
        MatchedSubjects its = matched;
        if (its != null && its.bytes() > KEPT_BYTES) {
            // What was met on the way won't be met again; of what comes, little is needed.
            close();
        }
    }

    /** Whether a subject of the index is one of its own. */
    boolean has(int subject) {
        return filters.isEmpty() || matched().has(subject);
    }

    /** A message of its own goes that is there yet. */
    void removing(long sequence, int subject) {
        if (sequence < progress.next() || !isWanted(sequence, subject)) {
            return;
        }
        boolean isLastOne = sequence <= progress.lastOnesUntil();
        if (isLastOne && messages.index().previousOf(subject, sequence) >= progress.next()) {
            // The one in front of it is the last one now.
            searched = 0;
        } else {
            left--;
        }
    }

    // --- the next

    /** Looks from the beginning again. */
    void restart() {
        searched = 0;
    }

    /**
     * The next message, up to a sequence.
     *
     * @return {@link #NONE}, {@link #LATER}
     */
    long next(long upTo) {
        StreamIndex its = messages.index();
        MatchedSubjects filter = matched();
        long from = Math.max(progress.next(), searched);
        for (int steps = 0; steps < STEPS; steps++) {
            long found = its.nextMatching(filter, from, CHUNKS);
            if (found < 0) {
                searched = -found;
                return LATER;
            }
            if (found == 0 || found > upTo) {
                return NONE;
            }
            if (isWanted(found, its.subject(found))) {
                searched = found;
                return found;
            }
            from = found + 1;
        }
        searched = from;
        return LATER;
    }

    /** Whether a message that matches is one of those that are wanted. */
    private boolean isWanted(long sequence, int subject) {
        long lastOnes = progress.lastOnesUntil();
        if (sequence > lastOnes) {
            return true;
        }
        long behind = messages.index().nextOf(subject, sequence);
        return behind == 0 || behind > lastOnes;
    }

    void close() {
        MatchedSubjects its = matched;
        if (its != null && index == messages.index()) {
            its.close();
        }
        matched = null;
        index = null;
    }
}
