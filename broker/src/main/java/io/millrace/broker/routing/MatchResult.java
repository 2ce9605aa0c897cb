package io.millrace.broker.routing;

/**
 * Who gets a message: every plain subscription, one member of each queue group, and the servers
 * whose clients want it. Immutable.
 *
 * @param plain subscriptions without a queue group
 * @param groups queue groups; none is empty
 * @param remotes plain interest of other servers, one of each route
 */
record MatchResult(Subscription[] plain, QueueGroup[] groups, RemoteInterest[] remotes) {
    static final MatchResult NONE =
            new MatchResult(new Subscription[0], new QueueGroup[0], new RemoteInterest[0]);

    /** How many would get a message. */
    int receivers() {
        return plain.length + groups.length + remotes.length;
    }

    boolean isEmpty() {
        return receivers() == 0;
    }
}
