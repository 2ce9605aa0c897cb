package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;

/** What is done wrong around a log, to see that a simulation notices; here, nothing. */
class Variation {
    /** The disk that the log gets. */
    Disk disk(Disk disk) {
        return disk;
    }

    /** The log is open. */
    void onOpen() {
        // Nothing is different then.
    }

    /** What is taken for durable. */
    long durable(WriteAheadLog log) {
        return log.durable();
    }

    /** What is released, if nothing in front of a position is needed. */
    long release(long position, int segmentBytes) {
        return position;
    }
}
