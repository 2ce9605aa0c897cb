package io.millrace.broker.routing.match;

import java.util.function.Consumer;

/** The members of a queue group that asked for exactly one subject. Routing thread. */
public final class QueueGroup {
    private static final Interest[] NONE = {};

    private final GroupName key;

    /** Its place among the groups of its subject, which {@link Receivers} keeps. */
    int place;

    private Interest[] members = NONE;
    private int memberCount;

    private Interest[] remotes = NONE;
    private int remoteCount;
    private long remoteWeight;

    private Interest[] far = NONE;
    private int farCount;

    /** Makes one without members. */
    QueueGroup(byte[] name) {
        this.key = new GroupName(name);
    }

    public byte[] name() {
        return key.bytes;
    }

    /** Its name, to look it up. */
    GroupName key() {
        return key;
    }

    /** Members that are here. */
    public int memberCount() {
        return memberCount;
    }

    Interest member(int index) {
        return members[index];
    }

    /** Those beyond the cluster who have members. */
    int farCount() {
        return farCount;
    }

    Interest far(int index) {
        return far[index];
    }

    /** Servers of the cluster that have members. */
    int remoteCount() {
        return remoteCount;
    }

    Interest remote(int index) {
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
    Interest remoteOf(int number) {
        int left = number;
        int at = 0;
        while (left >= remotes[at].weight) {
            left -= remotes[at++].weight;
        }
        return remotes[at];
    }

    boolean isEmpty() {
        return memberCount + remoteCount + farCount == 0;
    }

    /** Shows all of them. */
    void forEach(Consumer<Interest> each) {
        for (int i = 0; i < memberCount; i++) {
            each.accept(members[i]);
        }
        for (int i = 0; i < remoteCount; i++) {
            each.accept(remotes[i]);
        }
        for (int i = 0; i < farCount; i++) {
            each.accept(far[i]);
        }
    }

    void add(Interest interest) {
        interest.group = this;
        if (interest.isFar()) {
            far = Receivers.withRoom(far, farCount);
            interest.place = farCount;
            far[farCount++] = interest;
        } else if (interest.isRemote()) {
            remotes = Receivers.withRoom(remotes, remoteCount);
            interest.place = remoteCount;
            remotes[remoteCount++] = interest;
            remoteWeight += interest.weight;
        } else {
            members = Receivers.withRoom(members, memberCount);
            interest.place = memberCount;
            members[memberCount++] = interest;
        }
    }

    void remove(Interest interest) {
        interest.group = null;
        if (interest.isFar()) {
            far = Receivers.without(far, farCount--, interest);
        } else if (interest.isRemote()) {
            remotes = Receivers.without(remotes, remoteCount--, interest);
            remoteWeight -= interest.weight;
        } else {
            members = Receivers.without(members, memberCount--, interest);
        }
    }
}
