package io.millrace.broker.jetstream.config;

/**
 * What the server has for all accounts.
 *
 * @param maxMemory bytes for streams in memory
 * @param maxStore bytes for streams on disk
 * @param maxDuplicateWindowNs the longest that message ids may be remembered; 0 for any
 * @param maxAckPending messages of a consumer that may wait for their acknowledgement, at most and
 *     where it isn't said; 0 or less for no such bound
 * @param maxRequestBatch messages that one request to a consumer may ask for; 0 or less for any
 * @param defaultMaxConsumers consumers of a stream of which neither it nor its account says how
 *     many it may have; below 0 for any
 */
public record ServerLimits(
        long maxMemory,
        long maxStore,
        long maxDuplicateWindowNs,
        int maxAckPending,
        int maxRequestBatch,
        int defaultMaxConsumers) {
    long maxBytes(Storage storage) {
        return storage == Storage.MEMORY ? maxMemory : maxStore;
    }
}
