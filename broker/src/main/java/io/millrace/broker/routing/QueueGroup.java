package io.millrace.broker.routing;

import java.util.Arrays;

/** The members of a queue group that asked for exactly one subject. Routing thread. */
final class QueueGroup {
    private static final Subscription[] NO_MEMBERS = {};
    private static final RemoteInterest[] NO_REMOTES = {};

    private final GroupName key;

    /** Its place among the groups of its subject, which {@link Receivers} keeps. */
    int place;

    private Subscription[] members = NO_MEMBERS;
    private int memberCount;

    private RemoteInterest[] remotes = NO_REMOTES;
    private int remoteCount;
    private long remoteWeight;

    /** Makes one without members. */
    QueueGroup(byte[] name) {
        this.key = new GroupName(name);
    }

    byte[] name() {
        return key.bytes;
    }

    /** Its name, to look it up. */
    GroupName key() {
        return key;
    }

    /** Members that are here. */
    int memberCount() {
        return memberCount;
    }

    Subscription member(int index) {
        return members[index];
    }

    /** Servers that have members. */
    int remoteCount() {
        return remoteCount;
    }

    RemoteInterest remote(int index) {
        return remotes[index];
    }

    /**
     * How many members other servers have. They may say what they like, but nobody has a thousand
     * million.
     */
    int remoteWeight() {
        return (int) Math.min(remoteWeight, 1 << 29);
    }

    /**
     * The server whose member it is.
     *
     * @param number of the member, from 0 to {@link #remoteWeight} - 1
     */
    RemoteInterest remoteOf(int number) {
        int left = number;
        int at = 0;
        while (left >= remotes[at].weight) {
            left -= remotes[at++].weight;
        }
        return remotes[at];
    }

    boolean isEmpty() {
        return memberCount + remoteCount == 0;
    }

    void add(Interest interest) {
        interest.group = this;
        switch (interest) {
            case Subscription subscription -> {
                members = Receivers.withRoom(members, memberCount);
                subscription.place = memberCount;
                members[memberCount++] = subscription;
            }
            case RemoteInterest remote -> {
                remotes = Receivers.withRoom(remotes, remoteCount);
                remote.place = remoteCount;
                remotes[remoteCount++] = remote;
                remoteWeight += remote.weight;
            }
        }
    }

    void remove(Interest interest) {
        interest.group = null;
        switch (interest) {
            case Subscription subscription ->
                    members = Receivers.without(members, memberCount--, subscription);
            case RemoteInterest remote -> {
                remotes = Receivers.without(remotes, remoteCount--, remote);
                remoteWeight -= remote.weight;
            }
        }
    }

    boolean isCalled(byte[] other) {
        return Arrays.equals(key.bytes, other);
    }
}
