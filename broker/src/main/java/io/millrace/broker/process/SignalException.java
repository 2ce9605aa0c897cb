package io.millrace.broker.process;

/** Why {@code --signal} could not do what was asked, in the reference's words. */
public final class SignalException extends Exception {
    private static final long serialVersionUID = 1L;

    /** An exception with the line for standard error. */
    public SignalException(String message) {
        super(message);
    }
}
