package io.millrace.broker.jetstream.view;

/**
 * How much may be in a stream, as its configuration says.
 *
 * @param messages at most; -1 for any number
 * @param bytes at most; -1 for any number
 */
public record StreamBounds(long messages, long bytes) {
    /** Whatever comes. */
    public static final StreamBounds NONE = new StreamBounds(-1, -1);
}
