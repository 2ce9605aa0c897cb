package io.millrace.broker.store;

import io.millrace.protocol.Region;

/**
 * Takes the bytes of a section of a checkpoint, one behind the other. Shard thread.
 *
 * <p>It takes all that it is given at once, and keeps it off-heap until it is written elsewhere.
 * Whoever can pause asks {@link #isFull} now and then.
 */
public interface Sink {
    /** Takes a byte. */
    void putByte(int value);

    /** Takes 4 bytes. */
    void putInt(int value);

    /** Takes 8 bytes. */
    void putLong(long value);

    /** Takes a copy of {@code bytes} bytes of a region. */
    void putBytes(Region from, int offset, int bytes);

    /** Whether as much waits to be written as is meant to: a good moment to pause. */
    boolean isFull();
}
