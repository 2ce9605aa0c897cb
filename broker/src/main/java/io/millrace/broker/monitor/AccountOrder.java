package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.AccountSnapshot;

import java.util.Comparator;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The orders of accounts, the largest number first; called as those of connections are. */
final class AccountOrder {
    /** By all messages since the start. */
    static final Comparator<AccountSnapshot> BY_MESSAGES =
            largestFirst(each -> each.traffic().messages());

    private static final Map<String, ToLongFunction<AccountSnapshot>> BY_NAME =
            Map.of(
                    "conns", AccountSnapshot::clients,
                    "subs", AccountSnapshot::subscriptions,
                    "msgs_to", account -> account.traffic().outMessages(),
                    "msgs_from", account -> account.traffic().inMessages(),
                    "bytes_to", account -> account.traffic().outBytes(),
                    "bytes_from", account -> account.traffic().inBytes());

    private AccountOrder() {}

    private static Comparator<AccountSnapshot> largestFirst(
            ToLongFunction<AccountSnapshot> number) {
        return Comparator.comparingLong(number).reversed();
    }

    /**
     * The order of a name.
     *
     * @param name empty for that by messages
     */
    static Comparator<AccountSnapshot> of(String name) throws BadQueryException {
        if (name.isEmpty()) {
            return BY_MESSAGES;
        }
        ToLongFunction<AccountSnapshot> number = BY_NAME.get(name);
        if (number == null) {
            throw new BadQueryException("invalid sorting option: " + name);
        }
        return largestFirst(number);
    }
}
