package io.millrace.broker.jetstream.archive;

/**
 * A message as a backup holds it; good until the call it comes with returns.
 *
 * @param sequence from 1
 * @param timeNs since the epoch
 * @param bytes its subject, headers and payload, one behind the other from index 0 on; there may be
 *     more behind them
 */
public record ArchivedMessage(
        long sequence,
        long timeNs,
        byte[] bytes,
        int subjectLength,
        int headerLength,
        int payloadLength) {}
