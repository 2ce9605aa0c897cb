package io.millrace.broker.jetstream;

/** What is kept, in memory and on disk, and how much may be. Shard thread. */
final class Usage {
    /** Nothing but what those above allow. */
    static final long UNBOUNDED = -1;

    private long maxMemoryBytes;
    private long maxStoreBytes;
    private long memoryBytes;
    private long storeBytes;

    Usage(long maxMemoryBytes, long maxStoreBytes) {
        bound(maxMemoryBytes, maxStoreBytes);
    }

    /** So much may be kept from here on; negative for no bound. */
    void bound(long newMaxMemoryBytes, long newMaxStoreBytes) {
        maxMemoryBytes = newMaxMemoryBytes;
        maxStoreBytes = newMaxStoreBytes;
    }

    void add(boolean memory, long bytes) {
        if (memory) {
            memoryBytes += bytes;
        } else {
            storeBytes += bytes;
        }
    }

    long bytes(boolean memory) {
        return memory ? memoryBytes : storeBytes;
    }

    /** Negative for no bound. */
    long maxBytes(boolean memory) {
        return memory ? maxMemoryBytes : maxStoreBytes;
    }

    /** Whether so much more is too much. */
    boolean wouldExceed(boolean memory, long more) {
        long most = maxBytes(memory);
        return most >= 0 && more > most - bytes(memory);
    }
}
