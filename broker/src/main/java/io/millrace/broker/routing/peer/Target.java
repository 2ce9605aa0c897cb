package io.millrace.broker.routing.peer;

import java.util.Arrays;

/**
 * A peer that gets a message because of what its server has told, and the queue groups of which a
 * member there is to get it. Filled anew for each message; routing thread.
 */
public final class Target {
    private static final byte[][] NO_QUEUES = {};

    private Peer peer;
    private byte[][] queues = NO_QUEUES;
    private int queueCount;

    /** Makes one without queue groups. */
    public Target(Peer peer) {
        this.peer = peer;
    }

    /** It is another peer from here on. */
    public void is(Peer newPeer) {
        peer = newPeer;
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
