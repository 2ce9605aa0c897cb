package io.millrace.broker.routing;

import java.util.List;

/**
 * A queue group whose subscriptions match a subject. Immutable.
 *
 * @param name the group's
 * @param members those that are here
 * @param remotes servers that have members
 * @param remoteWeight how many they have in all
 */
record QueueGroup(byte[] name, Subscription[] members, RemoteInterest[] remotes, int remoteWeight) {
    static QueueGroup of(byte[] name, List<Interest> all) {
        Subscription[] members =
                all.stream().filter(Subscription.class::isInstance).toArray(Subscription[]::new);
        RemoteInterest[] remotes =
                all.stream()
                        .filter(RemoteInterest.class::isInstance)
                        .toArray(RemoteInterest[]::new);
        long weight = 0;
        for (RemoteInterest remote : remotes) {
            weight += remote.weight;
        }
        // Other servers may say what they like; nobody has two thousand million members.
        return new QueueGroup(
                name, members, remotes, (int) Math.min(weight, Integer.MAX_VALUE - members.length));
    }

    /**
     * The server whose member it is.
     *
     * @param number of the member, from 0 to {@link #remoteWeight} - 1
     */
    RemoteInterest remote(int number) {
        int left = number;
        int at = 0;
        while (left >= remotes[at].weight) {
            left -= remotes[at++].weight;
        }
        return remotes[at];
    }
}
