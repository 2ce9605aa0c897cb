package io.millrace.broker.routing.crossing;

import org.jspecify.annotations.Nullable;

/** Requests that may wait equally long for an answer, the oldest first. Routing thread. */
final class AgeList {
    final long limitNs;
    private @Nullable PendingReply oldest;
    private @Nullable PendingReply youngest;

    AgeList(long limitNs) {
        this.limitNs = limitNs;
    }

    /** The oldest, if it has waited for too long; null if none has. */
    @Nullable PendingReply expired(long nowNs) {
        PendingReply first = oldest;
        return first != null && nowNs - first.sinceNs > limitNs ? first : null;
    }

    /** When the oldest has waited for too long, in nanoseconds from now. */
    long nextIn(long nowNs) {
        PendingReply first = oldest;
        return first == null ? Long.MAX_VALUE : Math.max(0, first.sinceNs + limitNs + 1 - nowNs);
    }

    /** The youngest one has come. */
    void add(PendingReply added) {
        added.ages = this;
        added.older = youngest;
        added.younger = null;
        if (youngest == null) {
            oldest = added;
        } else {
            youngest.younger = added;
        }
        youngest = added;
    }

    void remove(PendingReply gone) {
        if (gone.older == null) {
            oldest = gone.younger;
        } else {
            gone.older.younger = gone.younger;
        }
        if (gone.younger == null) {
            youngest = gone.older;
        } else {
            gone.younger.older = gone.older;
        }
        gone.older = null;
        gone.younger = null;
        gone.ages = null;
    }
}
