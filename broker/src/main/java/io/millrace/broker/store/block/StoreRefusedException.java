package io.millrace.broker.store.block;

import java.io.IOException;

/** A directory mustn't, or can't, be used as a store. The message says what to do. */
public final class StoreRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    StoreRefusedException(String message) {
        super(message);
    }
}
