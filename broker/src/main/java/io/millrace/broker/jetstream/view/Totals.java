package io.millrace.broker.jetstream.view;

/**
 * How much there is, of all accounts.
 *
 * @param accounts that may use JetStream
 * @param streams of all of them, those that are offline included
 * @param consumers of all streams
 * @param messages in all streams
 * @param bytes of all messages, as streams count them
 */
public record Totals(int accounts, int streams, int consumers, long messages, long bytes) {
    /** Nothing. */
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0);
}
