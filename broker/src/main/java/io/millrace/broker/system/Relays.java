package io.millrace.broker.system;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * Requests of tenants that were passed on to the other servers, whose answers are for the tenants.
 * Each is remembered for a while, since nobody knows how many servers will answer; so their number
 * also bounds how often one tenant may have all servers work. The service's thread.
 */
final class Relays {
    /** Servers that are there answer sooner. */
    static final long KEPT_NS = TimeUnit.SECONDS.toNanos(5);

    static final int MOST_OF_ONE = 64;
    static final int MOST = 4096;

    /**
     * Whose answers they are.
     *
     * @param account where they go
     * @param reply their subject there
     */
    record Asker(String account, String reply) {}

    private record Kept(Asker asker, long untilNs) {}

    private final SequencedMap<Long, Kept> kept = new LinkedHashMap<>();
    private final Map<String, Integer> byAccount = new HashMap<>();
    private long last;

    /** Remembers one more; its number, or 0 if there are too many. */
    long add(Asker asker, long nowNs) {
        forget(nowNs);
        String account = asker.account();
        if (kept.size() == MOST || byAccount.getOrDefault(account, 0) == MOST_OF_ONE) {
            return 0;
        }
        byAccount.merge(account, 1, Integer::sum);
        kept.put(++last, new Kept(asker, nowNs + KEPT_NS));
        return last;
    }

    /** Whose answers are told by a number; null for nobody's any more. */
    @Nullable Asker of(long number, long nowNs) {
        forget(nowNs);
        Kept found = kept.get(number);
        return found == null ? null : found.asker;
    }

    /** Those whose time is over. */
    void forget(long nowNs) {
        while (!kept.isEmpty() && nowNs - kept.firstEntry().getValue().untilNs >= 0) {
            String account = kept.pollFirstEntry().getValue().asker.account();
            byAccount.computeIfPresent(account, (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
