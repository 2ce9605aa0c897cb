package io.millrace.broker.jetstream.batch;

/** What is to become of a message of a fast batch. */
public enum FastOutcome {
    /** It is to be checked and stored; then {@link FastBatches#accepted} or refused. */
    STORE(0),
    /** All is said; it isn't to be stored. */
    HANDLED(0),
    /** The id is too long. */
    BAD_ID(10207),
    /** There is no such batch, and it can't begin one. */
    UNKNOWN(10208),
    /** There are too many batches. */
    TOO_MANY(10211),
    /** It needs a newer server; the batch is gone. */
    UNSUPPORTED(10185);

    private final int errorCode;

    FastOutcome(int errorCode) {
        this.errorCode = errorCode;
    }

    /** The error to answer; 0 if it isn't one. */
    public int errorCode() {
        return errorCode;
    }
}
