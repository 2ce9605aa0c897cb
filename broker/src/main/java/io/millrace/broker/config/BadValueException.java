package io.millrace.broker.config;

/** The value of a key is of the wrong kind or out of range; one of many such errors. */
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is said of it. */
    public BadValueException(String message) {
        super(message, null, false, false);
    }

    /** What the reference has and Millrace will have. */
    public static BadValueException notYet(String what) {
        return new BadValueException(what + " is not supported by Millrace yet");
    }
}
