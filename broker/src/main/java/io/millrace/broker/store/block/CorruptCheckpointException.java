package io.millrace.broker.store.block;

import java.io.IOException;

/** A checkpoint is damaged, or isn't one. */
public final class CorruptCheckpointException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what and where.
     *
     * @param file its name
     * @param at the byte of the file
     * @param what is wrong
     */
    public CorruptCheckpointException(String file, long at, String what) {
        super(file + " can't be used: " + what + " at byte " + at);
    }
}
