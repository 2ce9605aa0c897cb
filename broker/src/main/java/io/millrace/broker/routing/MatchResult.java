package io.millrace.broker.routing;

/**
 * Who gets a message: every plain subscription, and one member of each queue group. Immutable.
 *
 * @param plain subscriptions without a queue group
 * @param groups the members of each queue group; no group is empty
 */
record MatchResult(Subscription[] plain, Subscription[][] groups) {
    static final MatchResult NONE = new MatchResult(new Subscription[0], new Subscription[0][]);

    /** How many clients would get a message. */
    int receivers() {
        return plain.length + groups.length;
    }

    boolean isEmpty() {
        return plain.length == 0 && groups.length == 0;
    }
}
