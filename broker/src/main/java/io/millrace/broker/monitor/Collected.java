package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.GatewayInterest;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

/**
 * Counts the bytes of what is collected for one answer before it is written, and refuses more than
 * {@link #MAX_BYTES}, whatever limits somebody asks with: each of a few may be long.
 */
final class Collected {
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** A snapshot, its place in a list, and what its texts take beside their characters. */
    private static final int SUBSCRIPTION_BYTES = 128;

    /** The texts are the connection's own. */
    private static final int CLIENT_BYTES = 192;

    /** The name is the account's own. */
    private static final int ACCOUNT_BYTES = 256;

    private static final int NUMBER_BYTES = 64;

    /** Advice where an answer is a page of a list. */
    static final String PAGE = "ask for less, with limit and offset";

    private final String advice;
    private long bytes;

    /**
     * @param advice what to do if it is too much
     */
    Collected(String advice) {
        this.advice = advice;
    }

    void add(SubscriptionSnapshot subscription) throws BadQueryException {
        add(bytesOf(subscription));
    }

    void add(ClientSnapshot client) throws BadQueryException {
        add(CLIENT_BYTES);
    }

    void add(AccountSnapshot account) throws BadQueryException {
        add(ACCOUNT_BYTES);
    }

    void add(GatewayInterest account) throws BadQueryException {
        add(ACCOUNT_BYTES + account.account().length());
    }

    /** Adds a number that stands for something. */
    void add(long number) throws BadQueryException {
        add(NUMBER_BYTES);
    }

    private void add(int more) throws BadQueryException {
        bytes += more;
        if (bytes > MAX_BYTES) {
            throw new BadQueryException("more than " + MAX_BYTES + " bytes to collect; " + advice);
        }
        AnswerMemory.hold(more);
    }

    private static int bytesOf(SubscriptionSnapshot subscription) {
        return SUBSCRIPTION_BYTES
                + subscription.subject().length()
                + subscription.queue().length()
                + subscription.sid().length();
    }
}
