package io.millrace.broker.store;

import io.millrace.protocol.Region;

import java.io.IOException;

/**
 * Gives the bytes of a section of a checkpoint back, in the order in which a {@link Sink} took
 * them.
 *
 * <p>Each method throws an {@link IOException} if the section has fewer bytes left, or is damaged.
 * What a section says about counts is to be held against {@link #remaining} before memory is
 * allocated for it.
 */
public interface Source {
    /** Bytes of the section that haven't been given yet. */
    long remaining();

    /** The next byte. */
    int getByte() throws IOException;

    /** The next 4 bytes. */
    int getInt() throws IOException;

    /** The next 8 bytes. */
    long getLong() throws IOException;

    /** Copies the next {@code bytes} bytes to a region. */
    void getBytes(Region to, int offset, int bytes) throws IOException;
}
