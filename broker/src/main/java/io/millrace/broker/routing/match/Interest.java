package io.millrace.broker.routing.match;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/**
 * Somebody's interest in one subject: a subscription of somebody here, or what another server has
 * told. Routing thread.
 */
public abstract class Interest {
    private static final int BRANCH_BYTES = 96;
    private static final int TOKEN_BYTES = 100;

    public final byte[] subject;

    /** The queue group; empty for none. */
    public final byte[] queue;

    /** How many members of the queue group it stands for, at least 1. */
    public final int weight;

    /** Where it stands in the index; null while it is in none. */
    @Nullable IndexNode node;

    /** The members of its queue group who asked for the same; null if it is in none. */
    @Nullable QueueGroup group;

    /** Its place among those who asked for the same. */
    int place;

    protected Interest(byte[] subject, byte[] queue, int weight) {
        this.subject = subject;
        this.queue = queue;
        this.weight = weight;
    }

    public boolean isQueue() {
        return queue.length > 0;
    }

    /** About what it takes up on the heap for itself alone, in bytes (measured). */
    public abstract int ownBytes();

    /** Whether another server has told it; else it is that of somebody here. */
    public boolean isRemote() {
        return false;
    }

    /**
     * Whether it is that of somebody beyond this cluster: a member of a queue group that gets
     * messages only where the cluster has none.
     */
    public boolean isFar() {
        return false;
    }

    /** Whether messages get into another account by it, instead of to somebody. */
    public boolean isCrossing() {
        return false;
    }

    /** Whether it is about to go, since whoever it is of ends. */
    public boolean isEnding() {
        return false;
    }

    /**
     * About what it takes up in the index, were nobody else's tokens the same: who asks for the
     * same as others is charged as if alone, so that none can hide behind another.
     */
    public final int branchBytes() {
        int tokens = 1;
        for (byte b : subject) {
            if (b == Subject.SEPARATOR) {
                tokens++;
            }
        }
        return BRANCH_BYTES
                + TOKEN_BYTES * tokens
                + subject.length
                + (isQueue() ? Receivers.LARGEST_GROUP_BYTES : 0);
    }

    /** What an array of bytes takes up, header and padding included. */
    public static int arrayBytes(int length) {
        return length + 12 + 7 & ~7;
    }

    /** Bytes of its own strings. */
    protected final int textBytes() {
        return arrayBytes(subject.length) + (isQueue() ? arrayBytes(queue.length) : 0);
    }
}
