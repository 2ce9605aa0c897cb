package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.ImportedStream;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A peer that gets a message because of what its server has told, and the queue groups of which a
 * member there is to get it. Filled anew for each message; routing thread.
 */
public final class Target {
    private static final byte[][] NO_QUEUES = {};

    private Peer peer;
    private @Nullable ImportedStream through;
    private byte[][] queues = NO_QUEUES;
    private int queueCount;

    /**
     * Makes one without queue groups.
     *
     * @param through the import by which it gets the message; null for none
     */
    public Target(Peer peer, @Nullable ImportedStream through) {
        this.peer = peer;
        this.through = through;
    }

    /** It is another one from here on. */
    public void become(Peer newPeer, @Nullable ImportedStream newThrough) {
        peer = newPeer;
        through = newThrough;
    }

    /** Whether it is that one. */
    public boolean is(Peer that, @Nullable ImportedStream itsThrough) {
        return peer == that && through == itsThrough;
    }

    /** The import by which it gets the message; null for none. */
    public @Nullable ImportedStream through() {
        return through;
    }

    /** Adds the name of a queue group. */
    public void add(byte[] queue) {
        if (queueCount == queues.length) {
            queues = Arrays.copyOf(queues, Math.max(4, 2 * queueCount));
        }
        queues[queueCount++] = queue;
    }

    /** Forgets the queue groups. */
    public void clear() {
        queueCount = 0;
    }

    /** Who gets the message. */
    public Peer peer() {
        return peer;
    }

    /** Names of queue groups, of which the first {@link #queueCount} count. */
    public byte[][] queues() {
        return queues;
    }

    /** How many queue groups. */
    public int queueCount() {
        return queueCount;
    }
}
