package io.millrace.broker.jetstream.view;

/**
 * What streams take.
 *
 * @param memoryBytes of those in memory
 * @param storeBytes of those on disk
 * @param reservedMemoryBytes that streams in memory have been promised; of an account, its limit,
 *     or -1 for none
 * @param reservedStoreBytes likewise on disk
 */
public record Usage(
        long memoryBytes, long storeBytes, long reservedMemoryBytes, long reservedStoreBytes) {
    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, 0, 0);
}
