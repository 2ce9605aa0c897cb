package io.millrace.broker.jetstream.config;

/**
 * What the server has for all accounts.
 *
 * @param maxMemory bytes for streams in memory
 * @param maxStore bytes for streams on disk
 * @param maxDuplicateWindowNs the longest that message ids may be remembered; 0 for any
 */
public record ServerLimits(long maxMemory, long maxStore, long maxDuplicateWindowNs) {
    long maxBytes(Storage storage) {
        return storage == Storage.MEMORY ? maxMemory : maxStore;
    }
}
