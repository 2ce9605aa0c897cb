package io.millrace.broker.jetstream.stream;

import io.millrace.broker.store.RecordView;

/**
 * Where the records of one stream are kept: for a file stream the log and its blocks, for a memory
 * stream memory. Shard thread.
 *
 * <p>The stream says what has happened before it lets it happen; a false, or a location below 0,
 * means that there is no room, and then nothing has happened.
 */
public interface Records {
    /** In the place of a location: there is no room. */
    long NO_ROOM = -1;

    /**
     * Keeps a message.
     *
     * @param timeNs since the epoch
     * @param flags of {@link io.millrace.broker.store.RecordLayout}: its place in an atomic batch;
     *     0 for a message by itself
     * @return where it is, from 0; or {@link #NO_ROOM}
     */
    long append(long sequence, long timeNs, Incoming message, int flags);

    /**
     * Waits for room, when there was none, since what belongs together can't be kept in parts.
     *
     * @return whether there may be some now
     */
    boolean makeRoom();

    /** Whether there can be a record of such a message at all, room or not. */
    boolean fits(Incoming message);

    /**
     * Looks at a message.
     *
     * @return false if it is damaged
     */
    boolean view(long location, RecordView into);

    /** A message isn't needed any more; the index has forgotten it. */
    void dead(long location, int size);

    /** A message is removed. */
    boolean remove(long sequence, boolean erase);

    /** All messages below this sequence are removed, and the next one has at least this number. */
    boolean removeUpTo(long sequence);

    /** These messages are removed. */
    boolean remove(long[] sequences, int count);

    /** The last sequence becomes this one, without a message. */
    boolean skip(long sequence);
}
