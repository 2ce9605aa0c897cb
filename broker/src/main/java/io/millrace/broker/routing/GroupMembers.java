package io.millrace.broker.routing;

import java.util.Arrays;

/**
 * The members of a queue group over all subjects that match a message: those that are here and
 * those of other servers, numbered through. Filled anew for each group of each message; routing
 * thread.
 */
final class GroupMembers {
    private QueueGroup[] parts = new QueueGroup[4];
    private int partCount;
    private int localCount;
    private int remoteWeight;

    /** Begins with the members that asked for one of the subjects. */
    void begin(QueueGroup first) {
        partCount = 0;
        localCount = 0;
        remoteWeight = 0;
        add(first);
    }

    /** Adds those of the same group that asked for another. */
    void add(QueueGroup further) {
        if (partCount == parts.length) {
            parts = Arrays.copyOf(parts, 2 * partCount);
        }
        parts[partCount++] = further;
        localCount += further.memberCount();
        remoteWeight = Math.min(1 << 29, remoteWeight + further.remoteWeight());
    }

    byte[] name() {
        return parts[0].name();
    }

    /** Members that are here. */
    int localCount() {
        return localCount;
    }

    /**
     * A member that is here.
     *
     * @param number 0 to {@link #localCount} - 1
     */
    Subscription local(int number) {
        int left = number;
        int at = 0;
        while (left >= parts[at].memberCount()) {
            left -= parts[at++].memberCount();
        }
        return parts[at].member(left);
    }

    /** Members of other servers. */
    int remoteWeight() {
        return remoteWeight;
    }

    /**
     * The server whose member it is.
     *
     * @param number 0 to {@link #remoteWeight} - 1
     */
    RemoteInterest remote(int number) {
        int left = number;
        int at = 0;
        while (left >= parts[at].remoteWeight()) {
            left -= parts[at++].remoteWeight();
        }
        return parts[at].remoteOf(left);
    }
}
