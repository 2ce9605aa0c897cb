package io.millrace.broker.monitor;

/**
 * What is asked of {@code jsz}.
 *
 * @param account the only one to tell about; empty for none in particular
 * @param accounts whether each is told about
 * @param streams whether each of its streams is, too
 * @param consumers whether each of a stream's consumers is, too
 * @param directConsumers whether those that a server made for copying are, too
 * @param config whether streams and consumers tell their configuration
 * @param leaderOnly whether only who leads answers; a single server does
 * @param raft whether it is told who leads what
 * @param page which of the accounts
 * @param stream the only one of each account; empty for all
 */
public record JszOptions(
        String account,
        boolean accounts,
        boolean streams,
        boolean consumers,
        boolean directConsumers,
        boolean config,
        boolean leaderOnly,
        boolean raft,
        Page page,
        String stream) {
    static JszOptions of(Query query) throws BadQueryException {
        boolean accounts = query.flag("accounts");
        boolean streams = query.flag("streams");
        boolean consumers = query.flag("consumers");
        boolean directConsumers = query.flag("direct-consumers");
        boolean config = query.flag("config");
        Page page = page(query.number("offset"), query.number("limit"));
        boolean leaderOnly = query.flag("leader-only");
        boolean raft = query.flag("raft");
        query.flag("stream-leader-only");
        return new JszOptions(
                query.text("acc"),
                accounts,
                streams,
                consumers,
                directConsumers,
                config,
                leaderOnly,
                raft,
                page,
                query.text("stream"));
    }

    /** Which of the accounts; here, unlike elsewhere, a limit below 0 stands for all of them. */
    public static Page page(long offset, long limit) {
        return limit < 0 ? new Page(0, Long.MAX_VALUE) : Page.of(offset, limit);
    }

    boolean showsStreams() {
        return streams || consumers;
    }

    boolean showsAccounts() {
        return accounts || showsStreams() && account.isEmpty();
    }
}
