package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Errand;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Segments that were written to and not synced since, and the errand that syncs them in order. */
final class UnsyncedSegments implements Errand {
    /** Who is told how it went. */
    interface Outcome {
        /**
         * All that was written up to a position is synced, or has failed.
         *
         * @param failure null if it is synced
         */
        void onSynced(long upTo, @Nullable Exception failure);
    }

    private final Outcome outcome;
    private final LongSupplier clockNs;
    private final List<Segment> written = new ArrayList<>();

    // Shard thread, handed over with the errand.
    private List<Segment> syncing = List.of();
    private long upTo;
    private boolean underWay;

    // Whoever runs the errand, handed back with it.
    private long syncNs;

    UnsyncedSegments(LongSupplier clockNs, Outcome outcome) {
        this.clockNs = clockNs;
        this.outcome = outcome;
    }

    /** A batch was written there. */
    void add(Segment segment) {
        if (written.isEmpty() || written.getLast() != segment) {
            written.add(segment);
        }
    }

    boolean isEmpty() {
        return written.isEmpty();
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Takes all that is written up to this position. */
    UnsyncedSegments upTo(long position) {
        syncing = List.copyOf(written);
        written.clear();
        upTo = position;
        underWay = true;
        return this;
    }

    @Override
    public void run() throws IOException {
        long beginNs = clockNs.getAsLong();
        for (Segment each : syncing) {
            each.file().sync();
        }
        syncNs = clockNs.getAsLong() - beginNs;
    }

    /** How long the last one took. */
    long syncNs() {
        return syncNs;
    }

    @Override
    public void done(@Nullable IOException failure) {
        end(failure);
    }

    void end(@Nullable Exception failure) {
        underWay = false;
        outcome.onSynced(upTo, failure);
    }
}
