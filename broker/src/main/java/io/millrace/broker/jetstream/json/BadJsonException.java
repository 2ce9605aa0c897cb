package io.millrace.broker.jetstream.json;

/** Something isn't JSON, or not the JSON that is wanted; says why in the words of Go. */
public final class BadJsonException extends Exception {
    /** Characters: whoever sends a long name needn't get all of it back, several times as long. */
    static final int MAX_LENGTH = 1024;

    private static final long serialVersionUID = 1L;

    BadJsonException(String message) {
        super(cut(message), null, false, false);
    }

    private static String cut(String message) {
        return message.length() <= MAX_LENGTH ? message : message.substring(0, MAX_LENGTH) + "...";
    }

    /** Why. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
