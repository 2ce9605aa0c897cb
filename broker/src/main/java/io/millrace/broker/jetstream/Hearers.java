package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.sourcing.Wire;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Who hears what the service subscribed to for copies, by the number of the subscription: those
 * come in rising order, and most of them go soon. Shard thread.
 *
 * <p>Some that are gone are remembered, since messages may still be under way to them.
 */
final class Hearers {
    private static final int MOST_GONE = 1_024;
    private static final Wire.Hearer NOBODY = (_, _, _) -> {};

    private int[] sids = new int[8];
    private Wire.Hearer[] hearers = new Wire.Hearer[8];
    private int count;
    private int gone;

    /** Adds one; the number is greater than any before. */
    void add(int sid, Wire.Hearer hearer) {
        if (count == sids.length) {
            sids = Arrays.copyOf(sids, 2 * count);
            hearers = Arrays.copyOf(hearers, 2 * count);
        }
        sids[count] = sid;
        hearers[count] = hearer;
        count++;
    }

    /** Hears nothing any more. */
    void remove(int sid) {
        int at = Arrays.binarySearch(sids, 0, count, sid);
        if (at >= 0 && hearers[at] != NOBODY) {
            hearers[at] = NOBODY;
            gone++;
            if (gone > MOST_GONE) {
                forget(gone / 2);
            }
        }
    }

    private void forget(int most) {
        int kept = 0;
        int left = most;
        for (int i = 0; i < count; i++) {
            if (hearers[i] == NOBODY && left > 0) {
                left--;
                gone--;
            } else {
                sids[kept] = sids[i];
                hearers[kept] = hearers[i];
                kept++;
            }
        }
        Arrays.fill(hearers, kept, count, null);
        count = kept;
    }

    /** Whose it is, also one that doesn't listen any more; null if nobody's that is remembered. */
    Wire.@Nullable Hearer find(int sid) {
        int at = Arrays.binarySearch(sids, 0, count, sid);
        return at < 0 ? null : hearers[at];
    }
}
