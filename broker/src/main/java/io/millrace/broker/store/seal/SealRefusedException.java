package io.millrace.broker.store.seal;

import java.io.IOException;

/** A store can't be opened with the keys that there are; the message says what to do. */
public final class SealRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    SealRefusedException(String message) {
        super(message);
    }
}
