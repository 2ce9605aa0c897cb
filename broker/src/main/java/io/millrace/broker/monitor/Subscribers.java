package io.millrace.broker.monitor;

import org.jspecify.annotations.Nullable;

/** How many clients' subscriptions get what is published to a subject. */
final class Subscribers {
    private final Snapshots snapshots;

    Subscribers(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * Counts those of this server.
     *
     * @param account name of the only one to look at
     * @param subject literal for those that get it, otherwise for those that ask for nothing else
     * @param queue the only queue group to count; null for all, and those in none
     */
    long count(String account, String subject, @Nullable String queue)
            throws BadQueryException, InterruptedException {
        if (Subjects.isLiteral(subject)) {
            return snapshots.subscribers(account, subject, queue);
        }
        long[] count = new long[1];
        snapshots.eachSubscription(
                account,
                each -> {
                    if ((queue == null || each.queue().equals(queue))
                            && Subjects.isSubset(each.subject(), subject)) {
                        count[0]++;
                    }
                });
        return count[0];
    }
}
