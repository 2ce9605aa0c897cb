package io.millrace.broker.store.disk;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files, as the store sees it. Names are relative, with {@code /} between their parts;
 * the empty name is the folder itself.
 *
 * <p>What is done to names is sure to outlast a power cut only once the folder that they stand in
 * was synced.
 */
public interface Disk {
    /**
     * Makes a file of zeros that may or may not take up space yet; nothing of it is synced.
     *
     * @param bytes how long it is, from 0
     * @throws IOException if it can't, or the name is taken
     */
    DiskFile create(String name, long bytes) throws IOException;

    /** Opens a file that is there, for reading and writing. */
    DiskFile open(String name) throws IOException;

    /** Whether the name is taken, by a file or a folder. */
    boolean exists(String name) throws IOException;

    /** Removes a file or an empty folder that is there. */
    void delete(String name) throws IOException;

    /** Gives a file another name, in place of what has that name. */
    void rename(String from, String to) throws IOException;

    /** Returns when the names in this folder are as durable as they can be made. */
    void syncDirectory(String directory) throws IOException;

    /** Makes a folder and those above it, where they are missing, and syncs the names of all. */
    void makeDirectories(String directory) throws IOException;

    /** The names in a folder, without its own, in order. */
    List<String> list(String directory) throws IOException;

    /** Bytes that may still be written. */
    long freeBytes() throws IOException;
}
