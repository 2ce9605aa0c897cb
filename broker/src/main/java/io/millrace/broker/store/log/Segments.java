package io.millrace.broker.store.log;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The segments in use, from the oldest to the one that is written to. */
final class Segments {
    private final List<Segment> inUse;

    Segments(List<Segment> inUse) {
        this.inUse = new ArrayList<>(inUse);
    }

    Segment oldest() {
        return inUse.getFirst();
    }

    Segment newest() {
        return inUse.getLast();
    }

    List<Segment> all() {
        return inUse;
    }

    void add(Segment segment) {
        inUse.add(segment);
    }

    /** The one that a position lies in; null if it is in none. */
    @Nullable Segment find(long position) {
        int low = 0;
        int high = inUse.size() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (inUse.get(middle).base() <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Segment found = inUse.get(low);
        return position >= found.base() + SegmentLayout.HEADER_BYTES
                        && position < found.endPosition()
                ? found
                : null;
    }

    /** Takes the oldest out if all of it lies in front of a position, and it isn't the newest. */
    @Nullable Segment removeBelow(long position) {
        return inUse.size() > 1 && oldest().endPosition() <= position ? inUse.removeFirst() : null;
    }
}
