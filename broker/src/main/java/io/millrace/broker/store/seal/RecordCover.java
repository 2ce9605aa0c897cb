package io.millrace.broker.store.seal;

import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Region;

/** Keeps subjects, headers and payloads of records from being read. Belongs to one thread. */
public interface RecordCover extends AutoCloseable {
    /** Leaves records as they are. */
    RecordCover NONE =
            new RecordCover() {
                @Override
                public int flag() {
                    return 0;
                }

                @Override
                public void cover(Region region, int offset, int length, FileKey key, int place) {}

                @Override
                public boolean uncover(RecordView record, FileKey key, int place) {
                    return true;
                }

                @Override
                public void close() {}
            };

    /** The flag of {@link io.millrace.broker.store.RecordLayout} that all records must have. */
    int flag();

    /**
     * Covers a record, all but its head, before its checksum is made.
     *
     * @param length of the whole record
     * @param key of the file that it is for
     * @param place where in that it begins, under this key the first time ever
     */
    void cover(Region region, int offset, int length, FileKey key, int place);

    /**
     * Moves a view of a covered record, whose checksum was looked at, to a copy that can be read:
     * good until the next one is uncovered.
     *
     * @return false if it isn't what was covered for this place
     */
    boolean uncover(RecordView record, FileKey key, int place);

    /** Gives the memory back. */
    @Override
    void close();
}
