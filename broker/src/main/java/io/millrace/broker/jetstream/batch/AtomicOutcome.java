package io.millrace.broker.jetstream.batch;

/** What has become of a message of an atomic batch. */
public enum AtomicOutcome {
    /** It waits for the rest; the answer is empty. */
    STAGED(0, ""),
    /** The batch is complete: {@link AtomicBatches#takeComplete}. */
    COMPLETE(0, ""),
    /** The id is too long. */
    BAD_ID(10179, ""),
    /** It doesn't say its place in the batch. */
    NO_SEQUENCE(10175, ""),
    /** There is no such batch, and it can't begin one. */
    UNKNOWN(10176, ""),
    /** There is no such batch, and it would be too large. */
    UNKNOWN_AND_TOO_LARGE(10199, ""),
    /** There are too many batches. */
    TOO_MANY(10210, ""),
    /** It doesn't say in a known way that it is the last one; the batch is gone. */
    BAD_COMMIT(10200, ""),
    /** It needs a newer server; the batch is gone. */
    UNSUPPORTED(10185, "unsupported"),
    /** One before is missing; the batch is gone. */
    INCOMPLETE(10176, "incomplete"),
    /** There is no memory for it; the batch is gone. */
    NO_MEMORY(10023, "incomplete"),
    /** There are too many messages; the batch is gone. */
    TOO_LARGE(10199, "large");

    private final int errorCode;
    private final String abandonReason;

    AtomicOutcome(int errorCode, String abandonReason) {
        this.errorCode = errorCode;
        this.abandonReason = abandonReason;
    }

    /** The error to answer; 0 if it isn't one. */
    public int errorCode() {
        return errorCode;
    }

    /** The reason for the advisory that the batch was abandoned; empty if there is none to send. */
    public String abandonReason() {
        return abandonReason;
    }
}
