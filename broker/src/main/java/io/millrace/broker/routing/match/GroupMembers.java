package io.millrace.broker.routing.match;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The members of a queue group over all subjects that match a message: those that are here, those
 * of other servers, numbered through, and those beyond the cluster. Filled anew for each group of
 * each message; routing thread.
 */
public final class GroupMembers {
    private QueueGroup first = new QueueGroup(new byte[0]);
    private QueueGroup[] more = new QueueGroup[4];
    private int moreCount;
    private int localCount;
    private int remoteWeight;

    /** Of {@link #more}: the one that has the member asked for last, and members before it. */
    private int morePart;

    private int moreBefore;

    /** Begins with the members that asked for one of the subjects. */
    public void begin(QueueGroup group) {
        if (first != group) {
            first = group;
        }
        moreCount = 0;
        localCount = group.memberCount();
        remoteWeight = group.remoteWeight();
    }

    /** Adds those of the same group that asked for another. */
    void add(QueueGroup further) {
        if (moreCount == more.length) {
            more = Arrays.copyOf(more, 2 * moreCount);
        }
        more[moreCount++] = further;
        localCount += further.memberCount();
        remoteWeight = Math.min(1 << 29, remoteWeight + further.remoteWeight());
        morePart = 0;
        moreBefore = 0;
    }

    public byte[] name() {
        return first.name();
    }

    /** Members that are here. */
    public int localCount() {
        return localCount;
    }

    /**
     * A member that is here; asking for one after the other takes no longer with many parts.
     *
     * @param number 0 to {@link #localCount} - 1
     */
    public Interest local(int number) {
        int ofFirst = first.memberCount();
        return number < ofFirst ? first.member(number) : localOfMore(number - ofFirst);
    }

    private Interest localOfMore(int number) {
        if (number < moreBefore) {
            morePart = 0;
            moreBefore = 0;
        }
        while (number - moreBefore >= more[morePart].memberCount()) {
            moreBefore += more[morePart++].memberCount();
        }
        return more[morePart].member(number - moreBefore);
    }

    /** Members of other servers. */
    public int remoteWeight() {
        return remoteWeight;
    }

    /**
     * The server whose member it is; another one if that is about to go, null if all are. What a
     * server told that is gone is taken out bit by bit, and would only lose messages.
     *
     * @param number 0 to {@link #remoteWeight} - 1
     */
    public @Nullable Interest remote(int number) {
        Interest its = remoteOf(number);
        return its.isEnding() ? firstThatStays() : its;
    }

    private @Nullable Interest firstThatStays() {
        Interest staying = firstThatStays(first);
        for (int p = 0; p < moreCount && staying == null; p++) {
            staying = firstThatStays(more[p]);
        }
        return staying;
    }

    /** Those beyond the cluster who have members. */
    public int farCount() {
        int count = first.farCount();
        for (int p = 0; p < moreCount; p++) {
            count += more[p].farCount();
        }
        return count;
    }

    /**
     * One of those beyond the cluster.
     *
     * @param number 0 to {@link #farCount} - 1
     */
    public Interest far(int number) {
        int left = number;
        QueueGroup part = first;
        for (int next = 0; left >= part.farCount(); next++) {
            left -= part.farCount();
            part = more[next];
        }
        return part.far(left);
    }

    private static @Nullable Interest firstThatStays(QueueGroup part) {
        for (int i = 0; i < part.remoteCount(); i++) {
            if (!part.remote(i).isEnding()) {
                return part.remote(i);
            }
        }
        return null;
    }

    private Interest remoteOf(int number) {
        int left = number;
        QueueGroup part = first;
        for (int next = 0; left >= part.remoteWeight(); next++) {
            left -= part.remoteWeight();
            part = more[next];
        }
        return part.remoteOf(left);
    }
}
