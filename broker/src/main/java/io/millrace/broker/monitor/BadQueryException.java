package io.millrace.broker.monitor;

/** A request asks for something that can't be; its message is the answer. */
public final class BadQueryException extends Exception {
    private static final long serialVersionUID = 1L;

    public BadQueryException(String message) {
        super(message, null, false, false);
    }
}
