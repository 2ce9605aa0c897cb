package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordLayout;
import io.millrace.protocol.Region;

/** Finds the records of a block, damaged ones between them or not. Belongs to one thread. */
final class RecordWalk {
    /** For what checksums are made, at most, to find the next record behind a gap. */
    private static final long MOST_TRIED_BYTES = 512L * 1024 * 1024;

    private final RecordSeal seal;

    RecordWalk(RecordSeal seal) {
        this.seal = seal;
    }

    /**
     * Where the first whole record begins.
     *
     * <p>A damaged record mostly has its length still, so the next one is found at once. Else every
     * place is tried; what looks like records by chance, or since somebody published such bytes,
     * costs time, which is bounded: then what is behind isn't found.
     *
     * @param from where a record should begin
     * @param end where the last one ends at most
     * @param salt the block's
     * @param start where in the block the region begins
     * @return -1 if there is none
     */
    int next(Region region, int from, int end, long salt, int start) {
        if (seal.isWhole(region, from, end, salt ^ (start + from))) {
            return from;
        }
        int length = RecordSeal.plausibleLength(region, from, end);
        if (length > 0) {
            int next = from + RecordSeal.padded(length);
            if (next < end && seal.isWhole(region, next, end, salt ^ (start + next))) {
                return next;
            }
        }
        long tried = 0;
        for (int at = from + RecordLayout.ALIGNMENT;
                at <= end - RecordLayout.HEAD_BYTES && tried < MOST_TRIED_BYTES;
                at += RecordLayout.ALIGNMENT) {
            int maybe = RecordSeal.plausibleLength(region, at, end);
            if (maybe > 0 && seal.isWhole(region, at, end, salt ^ (start + at))) {
                return at;
            }
            tried += maybe;
        }
        return -1;
    }
}
