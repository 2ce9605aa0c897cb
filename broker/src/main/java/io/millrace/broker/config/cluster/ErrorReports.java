package io.millrace.broker.config.cluster;

/**
 * Which failures to connect to another server are worth an error: the first of a row, and every one
 * that the number divides. Any thread.
 */
public interface ErrorReports {
    /** While it was never connected; not zero. */
    int first();

    /** Since it was; not zero. */
    int again();
}
