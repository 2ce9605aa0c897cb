package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.account.Account;

/**
 * How what a kind of peer gets is written into its outbound queue. One serves all peers of a kind;
 * routing thread.
 */
public interface Wire {
    /** That of peers that have not said who they are: nothing is for them. */
    Wire NONE = new Wire() {};

    /** Writes a message for a subscription of a peer. */
    default void write(Peer target, Subscription subscription, Message message) {
        throw new IllegalStateException("it has no subscriptions");
    }

    /**
     * Says to a peer that there is no room for a message to it.
     *
     * @return false if there isn't even room for that, or nobody would be told
     */
    default boolean refuse(Peer target, Subscription subscription, Message message) {
        return false;
    }

    /** Whether it can write the messages of a run at once. */
    default boolean takesRuns() {
        return false;
    }

    /** Writes messages for a subscription of a peer, if it {@linkplain #takesRuns can}. */
    default void write(Peer target, Subscription subscription, Run run) {
        throw new IllegalStateException("it takes no runs");
    }

    /** Writes a message for another server, as far as interest there has brought it. */
    default void write(Target target, Account account, Message message) {
        throw new IllegalStateException("it is no server");
    }
}
