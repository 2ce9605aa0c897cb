package io.millrace.broker.jetstream.config;

/**
 * What an account may have of JetStream; -1 for any number.
 *
 * @param maxMemory bytes of all its streams in memory
 * @param maxStore bytes of all its streams on disk
 * @param maxStreams streams
 * @param maxConsumers consumers of a stream
 * @param maxAckPending messages of a consumer that may wait for their acknowledgement
 * @param memoryMaxStreamBytes bytes of one stream in memory
 * @param storeMaxStreamBytes bytes of one stream on disk
 * @param maxBytesRequired whether streams have to say how many bytes they may have
 */
public record AccountLimits(
        long maxMemory,
        long maxStore,
        long maxStreams,
        long maxConsumers,
        long maxAckPending,
        long memoryMaxStreamBytes,
        long storeMaxStreamBytes,
        boolean maxBytesRequired) {
    /** Nothing is limited. */
    public static final AccountLimits NONE = new AccountLimits(-1, -1, -1, -1, -1, -1, -1, false);

    long maxBytes(Storage storage) {
        return storage == Storage.MEMORY ? maxMemory : maxStore;
    }

    long maxStreamBytes(Storage storage) {
        return storage == Storage.MEMORY ? memoryMaxStreamBytes : storeMaxStreamBytes;
    }
}
