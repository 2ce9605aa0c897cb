package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.Secret;

import java.nio.file.Path;
import java.util.Map;

/**
 * JetStream: whether there is any, where it stores and how much.
 *
 * @param enabled whether there is any
 * @param storeDir where it stores, in a folder of its own; empty for the system's temporary folder
 * @param maxMemoryBytes that streams in memory may take; negative for three quarters of the
 *     machine's
 * @param maxStoreBytes that streams on disk may take; negative for three quarters of what is free
 * @param sync when what was stored is synced
 * @param domain the server's domain; empty for none
 * @param strict whether requests with fields that there aren't are refused
 * @param maxBufferedBytes of messages that may wait for one stream
 * @param maxBufferedMessages messages that may wait for one stream
 * @param requestQueueLimit requests that may wait
 * @param infoQueueLimit requests for mere information that may wait
 * @param maxConcurrentIo operations that may be under way on the disk, 4..8192; there is never more
 *     than one
 * @param key what the store's own key is encrypted with; empty for a store that isn't encrypted
 * @param previousKey what {@code key} was before; empty for none
 * @param cipher for a store that is made
 * @param limits what bounds each stream and consumer
 * @param defaultDomains of accounts without JetStream of their own: the domain that their requests
 *     go to, by the account's name; an empty one for none
 */
public record JetStreamOptions(
        boolean enabled,
        String storeDir,
        long maxMemoryBytes,
        long maxStoreBytes,
        SyncPolicy sync,
        String domain,
        boolean strict,
        long maxBufferedBytes,
        int maxBufferedMessages,
        long requestQueueLimit,
        long infoQueueLimit,
        int maxConcurrentIo,
        Secret key,
        Secret previousKey,
        EncryptionCipher cipher,
        JetStreamLimits limits,
        Map<String, String> defaultDomains) {
    /** A bound that follows from what the machine has. */
    public static final long DYNAMIC = -1;

    public static final long DEFAULT_MAX_BUFFERED_BYTES = 128L * 1024 * 1024;
    public static final int DEFAULT_MAX_BUFFERED_MESSAGES = 100_000;
    public static final long DEFAULT_REQUEST_QUEUE_LIMIT = 10_000;
    public static final int DEFAULT_MAX_CONCURRENT_IO = 4096;

    /** What JetStream calls its folder in the one that it is given. */
    private static final String FOLDER = "jetstream";

    /** What it calls its folder in the system's temporary one. */
    private static final String TEMPORARY = "nats";

    /** Whether it stores where the system may clear away. */
    public boolean isTemporary() {
        return storeDir.isEmpty();
    }

    /**
     * The folder that it stores in, as it was given, be it relative.
     *
     * @param temporary the system's folder for temporary files
     */
    public Path folder(Path temporary) {
        return (isTemporary() ? temporary.resolve(TEMPORARY) : Path.of(storeDir)).resolve(FOLDER);
    }
}
