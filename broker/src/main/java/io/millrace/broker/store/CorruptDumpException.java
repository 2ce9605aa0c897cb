package io.millrace.broker.store;

import java.io.IOException;
import java.io.Serial;

/** What was read is not what any part of the store would have written. */
public final class CorruptDumpException extends IOException {
    @Serial private static final long serialVersionUID = 1;

    /** Makes one that says what is wrong. */
    public CorruptDumpException(String message) {
        super(message);
    }
}
