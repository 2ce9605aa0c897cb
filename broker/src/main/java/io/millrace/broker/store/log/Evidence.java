package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordLayout;

import java.util.List;

/**
 * Up to where the log is known to have been durable, by all that says so: what somebody else knows,
 * and the heads and headers that were written later.
 *
 * <p>It is what parts corruption from a torn tail: what isn't whole and was durable once is
 * corrupt; the rest was never promised to anybody.
 */
final class Evidence {
    private final SegmentWindow window;
    private final HeadSearch heads;
    private final BatchHead head = new BatchHead();
    private long durable;
    private boolean isComplete;

    /**
     * @param told position up to which somebody else knows it to have been durable
     * @param chain the segments, whose headers say something, too
     */
    Evidence(SegmentWindow window, HeadSearch heads, long told, List<Segment> chain) {
        this.window = window;
        this.heads = heads;
        durable = told;
        for (Segment each : chain) {
            hear(each.header().durableEnd());
        }
    }

    /**
     * Whether something at a position was durable. Moves the window elsewhere.
     *
     * @param later the segment that it is in, and all behind it
     * @param offset within the first of them, where it is
     */
    boolean wasDurable(long position, List<Segment> later, int offset) {
        if (!isComplete && durable <= position) {
            // What comes before the first thing in doubt says nothing of it, so once is enough.
            isComplete = true;
            int from = offset + RecordLayout.ALIGNMENT;
            for (Segment each : later) {
                look(each, from);
                from = SegmentLayout.HEADER_BYTES;
            }
        }
        return durable > position;
    }

    /** Something that was read says that it was durable up to a position. */
    void hear(long position) {
        durable = Math.max(durable, position);
    }

    /** The position up to which it was, as far as that was looked for. */
    long durable() {
        return durable;
    }

    private void look(Segment segment, int from) {
        int bytes = segment.header().segmentBytes();
        int limit = SegmentLayout.contentEnd(bytes);
        window.moveTo(segment.file(), bytes);
        int offset = heads.next(segment, from, limit, head);
        while (offset < limit) {
            hear(head.durableEnd());
            offset = heads.next(segment, offset + head.length(), limit, head);
        }
    }
}
