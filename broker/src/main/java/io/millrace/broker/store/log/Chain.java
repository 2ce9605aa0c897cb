package io.millrace.broker.store.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a log that is opened, from the oldest to the newest, as their headers say that
 * they follow each other; some may be missing.
 */
final class Chain {
    private final List<Segment> segments;

    Chain(List<Segment> segments) {
        this.segments = new ArrayList<>(segments);
    }

    int size() {
        return segments.size();
    }

    Segment get(int index) {
        return segments.get(index);
    }

    boolean isLast(int index) {
        return index + 1 == segments.size();
    }

    /** All from an index on. */
    List<Segment> from(int index) {
        return segments.subList(index, segments.size());
    }

    /** Takes all from an index on out, and returns them. */
    List<Segment> cut(int index) {
        List<Segment> tail = from(index);
        List<Segment> taken = new ArrayList<>(tail);
        tail.clear();
        return taken;
    }

    /** The segment that a position lies in, or the next one; the last if there is none. */
    int find(long position) {
        int found = 0;
        while (!isLast(found) && segments.get(found + 1).base() <= position) {
            found++;
        }
        return found;
    }

    /** Whether at least one segment is missing behind this one. */
    boolean isGap(int index) {
        if (isLast(index)) {
            return false;
        }
        Segment segment = segments.get(index);
        long end = segments.get(index + 1).header().previousEnd() - segment.base();
        return end < SegmentLayout.HEADER_BYTES || end > contentEnd(segment);
    }

    /** Where the batches of a segment end at the latest; exactly there if the next one follows. */
    int limit(int index) {
        Segment segment = segments.get(index);
        return isLast(index) || isGap(index)
                ? contentEnd(segment)
                : (int) (segments.get(index + 1).header().previousEnd() - segment.base());
    }

    private static int contentEnd(Segment segment) {
        return SegmentLayout.contentEnd(segment.header().segmentBytes());
    }
}
