package io.millrace.broker.routing;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/** Somebody's interest in one subject: a client's subscription, or that of another server. */
abstract sealed class Interest permits Subscription, RemoteInterest {
    private static final int BRANCH_BYTES = 96;
    private static final int TOKEN_BYTES = 100;

    final byte[] subject;

    /** The queue group; empty for none. */
    final byte[] queue;

    /** Where it stands in the index; null while it is in none. */
    @Nullable IndexNode node;

    /** The members of its queue group who asked for the same; null if it is in none. */
    @Nullable QueueGroup group;

    /** Its place among those who asked for the same. */
    int place;

    Interest(byte[] subject, byte[] queue) {
        this.subject = subject;
        this.queue = queue;
    }

    boolean isQueue() {
        return queue.length > 0;
    }

    /** About what it takes up on the heap for itself alone (measured). */
    abstract int ownBytes();

    /**
     * About what it takes up in the index, were nobody else's tokens the same: who asks for the
     * same as others is charged as if alone, so that none can hide behind another.
     */
    final int branchBytes() {
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
    static int arrayBytes(int length) {
        return length + 12 + 7 & ~7;
    }

    /** Bytes of its own strings. */
    final int textBytes() {
        return arrayBytes(subject.length) + (isQueue() ? arrayBytes(queue.length) : 0);
    }
}
