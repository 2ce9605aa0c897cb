package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordVisitor;
import io.millrace.broker.store.seal.RecordCover;
import io.millrace.broker.store.seal.StoreKey;

/**
 * Hands over the records of a log that is opened, those from a position on.
 *
 * @param from the first position that counts
 * @param damage is told of those that aren't what was covered
 * @param key of the store
 */
record Delivery(
        RecordVisitor visitor, long from, DamageReport damage, StoreKey key, RecordCover cover) {
    /** Hands over one that is whole; the view may then stand elsewhere, and is as long. */
    void deliver(Segment segment, int offset, RecordView record) {
        long position = segment.base() + offset;
        if (position < from) {
            return;
        }
        if (cover.uncover(record, segment.key(key), offset)) {
            visitor.onRecord(position, record);
        } else {
            damage.onDamage(position, position + record.paddedLength(), "a forged record");
        }
    }
}
