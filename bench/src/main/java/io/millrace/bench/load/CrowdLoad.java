package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;

/**
 * Very many accounts with a few clients each. In each the first client publishes and all others
 * have subscribed to what it publishes, which is the same subject everywhere: in some accounts as
 * fast as can be, in the others once a second.
 *
 * @param accounts number of accounts, which have one user each: {@link #login}
 * @param clientsEach number of clients of each account, at least 2
 * @param busy number of accounts that publish as fast as can be
 * @param size bytes of a payload, at least 8
 */
public record CrowdLoad(int accounts, int clientsEach, int busy, int size) implements Load {
    private static final String PASSWORD = "p4ssword";

    /** The user of an account. */
    public static Login login(int account) {
        return new Login("tenant" + account, PASSWORD);
    }

    /** Connections of all accounts together. */
    public int connections() {
        return accounts * clientsEach;
    }

    /** Whether an account publishes as fast as can be: these are spread over all. */
    boolean isBusy(int account) {
        return (long) account * busy / accounts != (account + 1L) * busy / accounts;
    }

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        try (Crowd crowd = open(at)) {
            Outcome outcome = crowd.run(duration);
            crowd.end();
            return outcome;
        }
    }

    /**
     * Connects all of them. That takes seconds and much of the server, so who measures does it
     * before.
     */
    public Crowd open(Placement at) throws IOException {
        return new Crowd(this, at);
    }
}
