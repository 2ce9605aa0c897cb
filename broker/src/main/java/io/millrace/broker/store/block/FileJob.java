package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;

import java.io.IOException;

/** Something to be done with files, in its turn. */
interface FileJob {
    /** Does it; on the errands' thread. May be done again if it has failed. */
    void run(Disk disk) throws IOException;

    /** It is done; on the shard's thread. */
    void done();

    /** It will never be done; on the shard's thread. */
    default void abandon() {
        // Most have nothing to give back.
    }

    /** About so many bytes have to be moved for it. */
    int bytes();
}
