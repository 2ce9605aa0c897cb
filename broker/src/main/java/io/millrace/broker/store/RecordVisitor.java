package io.millrace.broker.store;

/** Who is told of records one after the other. */
public interface RecordVisitor {
    /**
     * A record.
     *
     * @param position where it is
     * @param record good until this returns
     */
    void onRecord(long position, RecordView record);
}
