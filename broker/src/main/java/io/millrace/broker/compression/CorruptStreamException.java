package io.millrace.broker.compression;

/** What a peer sent is no S2 stream, or a damaged one: nothing after it can be understood. */
public final class CorruptStreamException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptStreamException(String message) {
        super(message);
    }
}
