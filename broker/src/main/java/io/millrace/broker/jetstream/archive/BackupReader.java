package io.millrace.broker.jetstream.archive;

/** Reads what is in a backup, once it is unpacked, in pieces that are cut anywhere. */
interface BackupReader {
    /**
     * Reads on.
     *
     * @throws BadBackupException if it is damaged, or what it holds is refused; nothing is to
     *     follow
     */
    void read(byte[] bytes, int from, int to) throws BadBackupException;

    /**
     * Nothing follows.
     *
     * @throws BadBackupException if something should
     */
    void end() throws BadBackupException;

    /** Bytes that it holds of what hasn't come whole. */
    int heldBytes();
}
