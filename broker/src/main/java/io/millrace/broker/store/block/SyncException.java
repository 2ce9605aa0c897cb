package io.millrace.broker.store.block;

import java.io.IOException;

/**
 * A sync has failed: nobody knows what is on the disk, and the next one may say that all is well
 * although it isn't.
 */
final class SyncException extends IOException {
    private static final long serialVersionUID = 1L;

    SyncException(String file, IOException cause) {
        super(file + " can't be synced: " + cause.getMessage(), cause);
    }
}
