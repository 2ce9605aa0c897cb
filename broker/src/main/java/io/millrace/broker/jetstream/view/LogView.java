package io.millrace.broker.jetstream.view;

import java.util.Optional;

/**
 * The write-ahead log.
 *
 * @param appended position behind the last record
 * @param written position up to which the kernel has it
 * @param durable position up to which the disk has it
 * @param oldest position from which on it is kept
 * @param syncSeconds how long each sync took
 * @param batchRecords records that went to the disk together
 * @param batchBytes bytes that did
 * @param fault why it takes nothing any more; empty while it does
 */
public record LogView(
        long appended,
        long written,
        long durable,
        long oldest,
        Buckets syncSeconds,
        Buckets batchRecords,
        Buckets batchBytes,
        Optional<String> fault) {
    /** An empty log. */
    public static final LogView EMPTY =
            new LogView(0, 0, 0, 0, Buckets.EMPTY, Buckets.EMPTY, Buckets.EMPTY, Optional.empty());
}
