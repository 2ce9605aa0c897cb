package io.millrace.broker.jetstream.config;

/**
 * Bytes that streams were promised: those that have a limit.
 *
 * @param memory of streams in memory
 * @param store of streams on disk
 */
public record Reserved(long memory, long store) {
    /** Nothing was. */
    public static final Reserved NONE = new Reserved(0, 0);

    long bytes(Storage storage) {
        return storage == Storage.MEMORY ? memory : store;
    }
}
