package io.millrace.broker.config.account;

/**
 * What an account may use of JetStream. Negative numbers stand for no bound but the server's.
 *
 * @param maxMemoryBytes of all its streams in memory
 * @param maxStoreBytes of all its streams on disk
 * @param maxStreams how many
 * @param maxConsumers how many
 * @param maxAckPending of a consumer
 * @param memoryMaxStreamBytes of one stream in memory
 * @param storeMaxStreamBytes of one stream on disk
 * @param maxBytesRequired whether each stream has to say how large it may get
 */
public record AccountJetStream(
        long maxMemoryBytes,
        long maxStoreBytes,
        int maxStreams,
        int maxConsumers,
        int maxAckPending,
        long memoryMaxStreamBytes,
        long storeMaxStreamBytes,
        boolean maxBytesRequired) {
    /** Whatever the server has. */
    public static final AccountJetStream UNBOUNDED =
            new AccountJetStream(-1, -1, -1, -1, -1, -1, -1, false);
}
