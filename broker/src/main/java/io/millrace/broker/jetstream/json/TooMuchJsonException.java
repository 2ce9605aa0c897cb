package io.millrace.broker.jetstream.json;

/** What was to be written is more than anybody should get at once. */
public final class TooMuchJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchJsonException(int limit) {
        super("more than " + limit + " bytes", null, false, false);
    }
}
