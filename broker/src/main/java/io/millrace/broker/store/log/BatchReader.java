package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.BatchLayout.HEAD_BYTES;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;

/** Reads a batch whose head is sound: whether it is whole, and the records in it. */
final class BatchReader {
    private final SegmentWindow window;
    private final RecordView view = new RecordView();

    BatchReader(SegmentWindow window) {
        this.window = window;
    }

    /** Whether exactly the records that the head stands for are behind it. */
    boolean isWhole(Segment segment, int offset, BatchHead head) {
        int length = head.length();
        int at = window.at(offset, length);
        long records = 0;
        int done = HEAD_BYTES;
        for (int i = 0; i < head.count(); i++) {
            if (!view.moveTo(window.region(), at + done, at + length)
                    || !view.isWhole(window.checksum(), segment.place(offset + done))) {
                return false;
            }
            records =
                    BatchLayout.with(
                            records, window.region().getInt(at + done + RecordLayout.CHECKSUM));
            done += view.paddedLength();
        }
        return done == length && BatchLayout.folded(records) == head.records();
    }

    /** Hands over the records of a whole batch. */
    void deliver(Segment segment, int offset, int length, Delivery delivery) {
        int done = HEAD_BYTES;
        while (done < length) {
            int at = window.at(offset, length);
            view.moveTo(window.region(), at + done, at + length);
            delivery.deliver(segment, offset + done, view);
            done += view.paddedLength();
        }
    }
}
