package io.millrace.broker.config;

/** The value of a key is of the wrong kind or out of range; one of many such errors. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
        super(message, null, false, false);
    }

    /** What the reference has and Millrace will have. */
    static BadValueException notYet(String what) {
        return new BadValueException(what + " is not supported by Millrace yet");
    }
}
