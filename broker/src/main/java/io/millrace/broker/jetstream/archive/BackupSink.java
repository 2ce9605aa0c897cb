package io.millrace.broker.jetstream.archive;

/**
 * Gets what a backup holds, in the order in which it says so: its beginning, then messages and what
 * became of them by ascending sequence, with consumers in front of them or behind them.
 *
 * <p>Any call may refuse with a {@link BadBackupException}; nothing follows then.
 */
public interface BackupSink {
    /** When a stream was made, of a backup that doesn't say so. */
    long UNKNOWN = 0;

    /**
     * It begins.
     *
     * @param createdNs when the stream was made, since the epoch; or {@link #UNKNOWN}
     * @param firstSequence nothing is below; 0 if there never was a message, or if it isn't known
     * @param bytes of all messages, as the reference counts them; 0 if it isn't known
     */
    void begin(long createdNs, long firstSequence, long bytes) throws BadBackupException;

    /** A message, above all sequences that came before. */
    void message(ArchivedMessage message) throws BadBackupException;

    /** Up to this sequence there are no more messages. */
    void skip(long sequence) throws BadBackupException;

    /** A message that may have come before is gone again. */
    void remove(long sequence) throws BadBackupException;

    /** A consumer. */
    void consumer(ArchivedConsumer consumer) throws BadBackupException;
}
