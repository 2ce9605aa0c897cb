package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.io.IOException;

/** A file that is open for reading and writing. Any thread, one at a time but for the mapping. */
public interface DiskFile extends AutoCloseable {
    /** The name that it was opened by. */
    String name();

    /** Its bytes. */
    long size() throws IOException;

    /** Writes all of these bytes; it grows where they end behind its end. */
    void write(long at, Region from, int offset, int bytes) throws IOException;

    /** Returns when what was written is as durable as it can be made: its data, not its name. */
    void sync() throws IOException;

    /**
     * Its first bytes, which change as the file does; only to be read, until it is closed. A read
     * that the disk can't do throws an {@link InternalError}, maybe a little later.
     *
     * @param bytes at most {@link #size}
     */
    Region map(int bytes) throws IOException;

    /**
     * Reads all of these bytes.
     *
     * @throws IOException if it can't, or they end behind the file's end
     */
    void read(long at, Region to, int offset, int bytes) throws IOException;

    /** Makes it so long, with zeros where it grows. */
    void truncate(long size) throws IOException;

    /** Closes it and takes the mapping away; again does nothing. Syncs nothing. */
    @Override
    void close() throws IOException;
}
