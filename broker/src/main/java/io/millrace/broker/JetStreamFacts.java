package io.millrace.broker;

import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.config.jetstream.SyncPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What JetStream starts with: its options, with what the machine has where they leave that to it.
 *
 * @param folder where it stores, absolute
 * @param isTemporary whether the system may clear that away
 * @param maxMemoryBytes that streams in memory may take
 * @param maxStoreBytes that streams on disk may take, beside what those that are there do if {@link
 *     #isStoreDynamic}
 * @param isStoreDynamic whether that follows from what is free
 * @param domain empty for none
 * @param strict whether requests with fields that there aren't are refused
 * @param sync when what was stored is synced
 */
record JetStreamFacts(
        Path folder,
        boolean isTemporary,
        long maxMemoryBytes,
        long maxStoreBytes,
        boolean isStoreDynamic,
        String domain,
        boolean strict,
        SyncPolicy sync) {
    /** The level of the API that goes with {@link Version#FEATURE_LEVEL}, which INFO tells, too. */
    static final int API_LEVEL = 5;

    /** Of what there is, JetStream takes three of so many parts. */
    private static final long PARTS = 4;

    /**
     * Of options, on this machine; the folder is there.
     *
     * @param memoryBytes that the server may keep outside of the heap
     * @throws JetStreamStartException if the folder can't be looked at
     */
    static JetStreamFacts of(JetStreamOptions options, long memoryBytes)
            throws JetStreamStartException {
        Path folder = folder(options);
        return of(options, folder, memoryBytes, freeBytes(folder));
    }

    /** Where it stores, absolute. */
    static Path folder(JetStreamOptions options) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return options.folder(temporary).toAbsolutePath().normalize();
    }

    private static long freeBytes(Path folder) throws JetStreamStartException {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new JetStreamStartException(e);
        }
    }

    /**
     * Of options, and of what there is.
     *
     * @param folder where they say, absolute
     * @param memoryBytes that the server may keep outside of the heap
     * @param freeBytes of the disk that the folder is on
     */
    static JetStreamFacts of(
            JetStreamOptions options, Path folder, long memoryBytes, long freeBytes) {
        boolean isStoreDynamic = options.maxStoreBytes() == JetStreamOptions.DYNAMIC;
        return new JetStreamFacts(
                folder,
                options.isTemporary(),
                options.maxMemoryBytes() == JetStreamOptions.DYNAMIC
                        ? most(memoryBytes)
                        : options.maxMemoryBytes(),
                isStoreDynamic ? most(freeBytes) : options.maxStoreBytes(),
                isStoreDynamic,
                options.domain(),
                options.strict(),
                options.sync());
    }

    private static long most(long bytes) {
        return bytes / PARTS * (PARTS - 1);
    }

    /**
     * The same when all that was stored before is known: it isn't free, but it is ours.
     *
     * @param bytes that streams on disk take
     */
    JetStreamFacts recovered(long bytes) {
        return isStoreDynamic
                ? new JetStreamFacts(
                        folder,
                        isTemporary,
                        maxMemoryBytes,
                        maxStoreBytes + most(bytes),
                        isStoreDynamic,
                        domain,
                        strict,
                        sync)
                : this;
    }
}
