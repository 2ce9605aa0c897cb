package io.millrace.broker.routing;

import org.jspecify.annotations.Nullable;

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

    /** The part that has the member asked for last, and how many are in those before it. */
    private int localPart;

    private int localBefore;

    /** Begins with the members that asked for one of the subjects. */
    void begin(QueueGroup first) {
        partCount = 0;
        localCount = 0;
        remoteWeight = 0;
        localPart = 0;
        localBefore = 0;
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
     * A member that is here; asking for one after the other takes no longer with many parts.
     *
     * @param number 0 to {@link #localCount} - 1
     */
    Subscription local(int number) {
        if (number < localBefore) {
            localPart = 0;
            localBefore = 0;
        }
        while (number - localBefore >= parts[localPart].memberCount()) {
            localBefore += parts[localPart++].memberCount();
        }
        return parts[localPart].member(number - localBefore);
    }

    /** Members of other servers. */
    int remoteWeight() {
        return remoteWeight;
    }

    /**
     * The server whose member it is; another one if that is about to go, null if all are. What a
     * server told that is gone is taken out bit by bit, and would only lose messages.
     *
     * @param number 0 to {@link #remoteWeight} - 1
     */
    @Nullable RemoteInterest remote(int number) {
        RemoteInterest its = remoteOf(number);
        return its.route.closing ? firstThatStays() : its;
    }

    private @Nullable RemoteInterest firstThatStays() {
        for (int p = 0; p < partCount; p++) {
            for (int i = 0; i < parts[p].remoteCount(); i++) {
                if (!parts[p].remote(i).route.closing) {
                    return parts[p].remote(i);
                }
            }
        }
        return null;
    }

    private RemoteInterest remoteOf(int number) {
        int left = number;
        int at = 0;
        while (left >= parts[at].remoteWeight()) {
            left -= parts[at++].remoteWeight();
        }
        return parts[at].remoteOf(left);
    }
}
