package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;

/**
 * Hands over the records of a log that is opened, those from a position on.
 *
 * @param from the first position that counts
 */
record Delivery(RecordVisitor visitor, long from) {
    void deliver(long position, RecordView record) {
        if (position >= from) {
            visitor.onRecord(position, record);
        }
    }
}
