package io.millrace.broker.routing.peer;

import io.millrace.broker.delivery.Message;
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

    /** Writes a message for another server, as far as interest there has brought it. */
    default void write(Target target, Account account, Message message) {
        throw new IllegalStateException("it is no server");
    }
}
