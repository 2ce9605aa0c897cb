package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;

import java.util.Locale;
import java.util.stream.Stream;

/** What somebody looks for, in whatever is told of connections and accounts. */
final class Search {
    private final String wanted;

    /**
     * Looks for a text, in upper case or lower.
     *
     * @param wanted empty for everything
     */
    Search(String wanted) {
        this.wanted = wanted.toLowerCase(Locale.ROOT);
    }

    boolean finds(ClientSnapshot client) {
        return wanted.isEmpty()
                || String.valueOf(client.cid()).equals(wanted)
                || Stream.of(
                                client.name(),
                                client.ip(),
                                client.account(),
                                client.user(),
                                client.lang(),
                                client.type())
                        .anyMatch(this::isIn);
    }

    boolean finds(AccountSnapshot account) {
        return wanted.isEmpty() || isIn(account.name());
    }

    private boolean isIn(String text) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }
}
