package io.millrace.broker.jetstream.view;

/**
 * Requests since the start.
 *
 * @param total how many
 * @param errors how many of them were refused
 * @param inflight those that are being answered
 */
public record ApiCalls(long total, long errors, long inflight) {
    /** None yet. */
    public static final ApiCalls NONE = new ApiCalls(0, 0, 0);
}
