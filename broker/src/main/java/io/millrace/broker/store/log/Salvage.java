package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;

/** Finds the records that are whole where something isn't, and tells of the rest. */
final class Salvage {
    /**
     * How many bytes may be summed up for each byte looked at: a length that isn't one may name
     * many, again and again.
     */
    private static final int MAX_EFFORT = 64;

    private final SegmentWindow window;
    private final Delivery delivery;
    private final DamageReport damage;
    private final RecordView view = new RecordView();
    private long effort;

    Salvage(SegmentWindow window, Delivery delivery, DamageReport damage) {
        this.window = window;
        this.delivery = delivery;
        this.damage = damage;
    }

    /**
     * Goes through a range in which each record speaks for itself only.
     *
     * @param why what is told of the parts in which there are none
     * @return whether there is such a part
     */
    boolean search(Segment segment, int from, int to, String why) {
        effort = (long) MAX_EFFORT * (to - from);
        boolean isTold = false;
        int lost = -1;
        int offset = from;
        while (offset < to) {
            if (isRecord(segment, offset, to)) {
                isTold |= tell(segment, lost, offset, why);
                lost = -1;
                delivery.deliver(segment, offset, view);
                offset += view.paddedLength();
            } else {
                lost = lost < 0 ? offset : lost;
                offset += RecordLayout.ALIGNMENT;
            }
        }
        return isTold | tell(segment, lost, to, why);
    }

    private boolean tell(Segment segment, int from, int to, String why) {
        if (from >= 0) {
            damage.onDamage(segment.base() + from, segment.base() + to, why);
        }
        return from >= 0;
    }

    private boolean isRecord(Segment segment, int offset, int to) {
        if (to - offset < RecordLayout.HEAD_BYTES || effort < 0) {
            return false;
        }
        int length = window.region().getInt(window.at(offset, RecordLayout.HEAD_BYTES));
        if (length < RecordLayout.HEAD_BYTES || RecordLayout.padded(length) > to - offset) {
            return false;
        }
        // Counted before it is read: what is no record costs as much.
        effort -= length;
        int at = window.at(offset, length);
        if (!view.moveTo(window.region(), at, at + length)) {
            return false;
        }
        return view.isWhole(window.checksum(), segment.place(offset));
    }
}
