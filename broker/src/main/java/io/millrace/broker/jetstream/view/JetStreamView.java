package io.millrace.broker.jetstream.view;

import java.util.List;
import java.util.Optional;

/**
 * JetStream of this server.
 *
 * @param maxMemoryBytes that streams in memory may take
 * @param maxStoreBytes that streams on disk may take
 * @param storeDir the folder where it stores, absolute
 * @param apiLevel of the API that it speaks
 * @param accounts that may use it, by their names
 * @param busiest of all of them
 * @param isCut whether there is more to list than {@link #MOST_CONSUMERS} consumers, at which this
 *     ended; sums are wrong then, too
 */
public record JetStreamView(
        long maxMemoryBytes,
        long maxStoreBytes,
        String storeDir,
        int apiLevel,
        Usage usage,
        ApiCalls api,
        Totals totals,
        LogView log,
        List<AccountView> accounts,
        Busiest busiest,
        boolean isCut) {
    /** So many consumers are listed, of all streams together: as many as fit into an answer. */
    public static final int MOST_CONSUMERS = 25_000;

    /** An account that may use it; empty if there is none of that name. */
    public Optional<AccountView> account(String name) {
        return accounts.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
