package io.millrace.broker.jetstream.stream;

import io.millrace.broker.store.index.MatchedSubjects;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.Subject;

import java.util.List;

/** Removes many messages at once, as it is asked for. Shard thread. */
final class Purges {
    /** Sequences in one record. */
    private static final int AT_ONCE = 4_096;

    private static final String ALL = ">";

    private final Records records;
    private final Messages messages;
    private final Sequences gone = new Sequences(AT_ONCE);

    Purges(Records records, Messages messages) {
        this.records = records;
        this.messages = messages;
    }

    /**
     * Removes messages.
     *
     * @param filter their subjects; empty for all
     * @param sequence only those below; 0 for all
     * @param keep so many of the last ones stay; 0 for none
     * @return how many are gone; {@link Stream#NO_ROOM} if there is no room to say so
     */
    long purge(String filter, long sequence, long keep) {
        if (sequence == 1) {
            return 0;
        }
        boolean all = filter.isEmpty() || filter.equals(ALL);
        if (all && (sequence > 1 || keep == 0)) {
            return upTo(sequence == 0 ? messages.lastSequence() + 1 : sequence);
        }
        long end = sequence == 0 ? messages.lastSequence() + 1 : sequence;
        StreamIndex index = messages.index();
        try (MatchedSubjects matched = index.match(List.of(all ? ALL : filter))) {
            long most = keep > 0 ? index.countMatching(matched, 1) - keep : Long.MAX_VALUE;
            return remove(matched, end, most);
        }
    }

    private long upTo(long sequence) {
        if (messages.firstSequence() > sequence) {
            return 0;
        }
        return records.removeUpTo(sequence) ? messages.removedUpTo(sequence) : Stream.NO_ROOM;
    }

    private long remove(MatchedSubjects matched, long end, long most) {
        long removed = 0;
        long next = 1;
        while (removed < most) {
            gone.clear();
            while (!gone.isFull() && removed + gone.count() < most) {
                long found = messages.index().nextMatching(matched, next);
                if (found == 0 || found >= end) {
                    break;
                }
                gone.add(found);
                next = found + 1;
            }
            if (gone.count() == 0) {
                return removed;
            }
            if (!records.remove(gone.values(), gone.count())) {
                return removed == 0 ? Stream.NO_ROOM : removed;
            }
            for (int i = 0; i < gone.count(); i++) {
                messages.removed(gone.get(i));
            }
            removed += gone.count();
        }
        return removed;
    }

    /**
     * Applies that a message takes the place of all others on its subject. One that was published
     * on a subject with wildcards replaces all that this matches, as in the reference: clients of
     * buckets purge many keys so.
     */
    void others(Bytes subject, long sequence) {
        if (Subject.hasWildcard(subject.region(), subject.offset(), subject.length())) {
            othersMatching(subject.utf8(), sequence);
            return;
        }
        int id = messages.subject(subject);
        StreamIndex index = messages.index();
        while (id >= 0 && index.firstOf(id) < sequence) {
            messages.removed(index.firstOf(id));
        }
    }

    private void othersMatching(String filter, long sequence) {
        StreamIndex index = messages.index();
        try (MatchedSubjects matched = index.match(List.of(filter))) {
            long next = index.nextMatching(matched, 1);
            while (next != 0 && next < sequence) {
                messages.removed(next);
                next = index.nextMatching(matched, next + 1);
            }
        }
    }

    /** Applies that all messages on a subject go. */
    void allOf(Bytes subject) {
        int id = messages.subject(subject);
        StreamIndex index = messages.index();
        if (id >= 0) {
            for (long left = index.count(id); left > 0; left--) {
                messages.removed(index.firstOf(id));
            }
        }
    }
}
