package io.millrace.broker.system;

/** Something isn't JSON, or not the JSON that is wanted; says why in the words of Go. */
final class BadJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    BadJsonException(String message) {
        super(message, null, false, false);
    }
}
