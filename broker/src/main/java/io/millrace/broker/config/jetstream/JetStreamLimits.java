package io.millrace.broker.config.jetstream;

import java.time.Duration;

/**
 * What bounds each stream and consumer of the server, whatever its account may do. Zero stands for
 * no bound but where something else is said.
 *
 * @param maxAckPending of a consumer
 * @param maxRequestBatch messages that one request to a consumer may ask for
 * @param defaultMaxConsumers of a stream that doesn't say how many, in an account that doesn't
 *     either; negative for no bound
 * @param duplicateWindow the longest that a stream may have
 * @param batch of batches
 */
public record JetStreamLimits(
        int maxAckPending,
        int maxRequestBatch,
        int defaultMaxConsumers,
        Duration duplicateWindow,
        BatchLimits batch) {
    /** The reference's {@code default_max_consumers}. */
    public static final int DEFAULT_MAX_CONSUMERS = 1000;

    /** Nothing was said. */
    public static final JetStreamLimits DEFAULT =
            new JetStreamLimits(0, 0, DEFAULT_MAX_CONSUMERS, Duration.ZERO, BatchLimits.DEFAULT);

    /** Whether nothing was said. */
    public boolean isDefault() {
        return equals(DEFAULT);
    }
}
