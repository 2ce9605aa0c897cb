package io.millrace.broker.monitor.http;

/**
 * What clients of the monitoring server may use.
 *
 * @param connections at once; more are closed unheard
 * @param lineBytes the longest first line of a request, the URL in it
 * @param headerBytes all headers of a request
 * @param requestMs from the first byte of a request to its last
 * @param idleMs between two requests
 * @param replyMs in which a reply must be taken
 * @param unsentBytes of replies that wait to be taken; with more, nothing else is answered
 */
record HttpLimits(
        int connections,
        int lineBytes,
        int headerBytes,
        long requestMs,
        long idleMs,
        long replyMs,
        long unsentBytes) {
    /** Enough for a browser, some dashboards and a script gone wild. */
    static final HttpLimits DEFAULT =
            new HttpLimits(128, 8 * 1024, 16 * 1024, 5_000, 75_000, 60_000, 32 * 1024 * 1024);
}
