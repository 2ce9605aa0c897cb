package io.millrace.broker.routing;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/** Somebody's interest in one subject: a client's subscription, or that of another server. */
abstract sealed class Interest permits Subscription, RemoteInterest {
    final byte[] subject;

    /** The queue group; empty for none. */
    final byte[] queue;

    /** Where it stands in the index; null while it is in none. */
    SubscriptionIndex.@Nullable Node node;

    /** Its place in the node's list. */
    int place;

    Interest(byte[] subject, byte[] queue) {
        this.subject = subject;
        this.queue = queue;
    }

    boolean isQueue() {
        return queue.length > 0;
    }

    /** About what it takes up on the heap, with its place in the index (measured). */
    long bytes() {
        int tokens = 1;
        for (byte b : subject) {
            if (b == Subject.SEPARATOR) {
                tokens++;
            }
        }
        return 200L + 2L * (subject.length + queue.length) + 100L * tokens;
    }
}
