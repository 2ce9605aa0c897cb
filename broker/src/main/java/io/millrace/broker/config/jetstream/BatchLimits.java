package io.millrace.broker.config.jetstream;

import java.time.Duration;

/**
 * What bounds batches of messages that are published as one. Zero stands for the default; a number
 * below is taken for it, too, as in the reference.
 *
 * @param maxInflightPerStream batches that are under way in one stream
 * @param maxInflightTotal those in all streams
 * @param maxMessages of one batch
 * @param timeout in which a batch that was begun has to be complete
 */
public record BatchLimits(
        int maxInflightPerStream, int maxInflightTotal, int maxMessages, Duration timeout) {
    /** Nothing was said. */
    public static final BatchLimits DEFAULT = new BatchLimits(0, 0, 0, Duration.ZERO);

    private static final int INFLIGHT_PER_STREAM = 50;
    private static final int INFLIGHT_TOTAL = 1000;
    private static final int MESSAGES = 1000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Batches that may be under way in one stream. */
    public int inflightPerStream() {
        return maxInflightPerStream > 0 ? maxInflightPerStream : INFLIGHT_PER_STREAM;
    }

    /** Batches that may be under way. */
    public int inflightTotal() {
        return maxInflightTotal > 0 ? maxInflightTotal : INFLIGHT_TOTAL;
    }

    /** Messages that a batch may have. */
    public int messages() {
        return maxMessages > 0 ? maxMessages : MESSAGES;
    }

    /** Time that a batch has. */
    public Duration time() {
        return timeout.isPositive() ? timeout : TIMEOUT;
    }
}
