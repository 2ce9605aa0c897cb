package io.millrace.broker.monitor.http;

/**
 * What clients of the monitoring server may use. Together it is less than half of the heap that
 * {@code config/jvm.options} gives: the answers that wait to be taken, one that is being made, and
 * what each connection may have sent.
 *
 * @param connections at once; for another one, one of them has to go
 * @param lineBytes the longest first line of a request, the URL in it
 * @param headerBytes all headers of a request
 * @param requestMs from the first byte of a request to its last
 * @param idleMs between two requests
 * @param replyMs in which a reply must be taken
 * @param patienceMs after which whoever needs room gets that of a connection without a whole
 *     request, or of a large reply that wasn't taken
 * @param smallBytes of a reply that needs no room; each connection may have one of those
 * @param unsentBytes of larger replies that wait to be taken; those of one address may be half of
 *     it
 */
record HttpLimits(
        int connections,
        int lineBytes,
        int headerBytes,
        long requestMs,
        long idleMs,
        long replyMs,
        long patienceMs,
        int smallBytes,
        long unsentBytes) {
    /** Requests that a connection may have sent ahead. */
    static final int AHEAD = 64;

    /** What one read may bring of requests. */
    static final int READ_BYTES = 2 * 1024;

    /** What goes to the kernel at once, and may wait there. */
    static final int PIECE_BYTES = 64 * 1024;

    /** Enough for a browser, some dashboards and a script gone wild. */
    static final HttpLimits DEFAULT =
            new HttpLimits(
                    128,
                    8 * 1024,
                    16 * 1024,
                    5_000,
                    75_000,
                    60_000,
                    2_000,
                    64 * 1024,
                    40 * 1024 * 1024);

    /** Connections of one address; it pays itself for more, when there is no room. */
    int crowd() {
        return connections / 4;
    }
}
