package io.millrace.broker.routing.account;

import io.millrace.broker.routing.match.Interest;

import java.nio.charset.StandardCharsets;

/**
 * Where an account's answers to requests of other accounts arrive: {@code _R_.<prefix>.>}, with a
 * prefix of its own in each account of each server, so that other servers' answers find back here.
 * Routing thread.
 */
public final class ReplyGate extends Interest {
    private static final byte[] NO_QUEUE = {};

    /** In whose subjects it is. */
    public final Account account;

    /** What its reply subjects begin with, the last dot included. */
    public final byte[] prefix;

    /** Whether other servers of the cluster know of it. */
    public boolean told;

    /**
     * Makes one.
     *
     * @param random letters and digits that nobody can guess
     */
    public ReplyGate(Account account, String random) {
        super(("_R_." + random + ".>").getBytes(StandardCharsets.US_ASCII), NO_QUEUE, 1);
        this.account = account;
        prefix = ("_R_." + random + ".").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int ownBytes() {
        return 0;
    }

    @Override
    public boolean isCrossing() {
        return true;
    }
}
