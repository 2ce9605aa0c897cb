package io.millrace.broker.monitor;

import io.millrace.broker.routing.match.SublistStats;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code subsz}: subscriptions of all clients. */
final class Subsz {
    private final Snapshots snapshots;

    Subsz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer(SubszOptions options) throws BadQueryException, InterruptedException {
        Page page = options.page();
        String test = options.test();
        String account = options.account();
        if (!test.isEmpty() && !Subjects.isLiteral(test)) {
            throw new BadQueryException(
                    "invalid test subject, must be valid publish subject: " + test);
        }
        ServerSnapshot server = snapshots.server();
        AccountSnapshot only = account.isEmpty() ? null : snapshots.account(account).orElse(null);
        List<SubscriptionSnapshot> found = new ArrayList<>();
        Collected collected = new Collected(Collected.PAGE);
        long[] total = new long[1];
        if (options.list()) {
            snapshots.eachSubscription(
                    account,
                    each -> {
                        if ((test.isEmpty() || Subjects.collide(test, each.subject()))
                                && page.holds(total[0]++)) {
                            collected.add(each);
                            found.add(each);
                        }
                    });
        }
        return out -> {
            out.field("server_id", server.info().serverId()).field("now", Instant.now());
            if (account.isEmpty()) {
                write(out, server.sublist());
            } else if (only != null) {
                write(out, server.sublist(), only);
            } else {
                write(out, new SublistStats(0, 0, 0, 0, 0, 0, 0, 0));
            }
            out.field("total", total[0])
                    .field("offset", page.offset())
                    .field("limit", page.limit());
            if (!found.isEmpty()) {
                out.objects("subscriptions_list", found, SubscriptionFields::writeWithAccount);
            }
        };
    }

    /**
     * Writes what the subscriptions of an account do.
     *
     * @param stats of the whole server; what they tell of the cache holds for the account, too, as
     *     one serves all accounts
     */
    static void write(JsonOut out, SublistStats stats, AccountSnapshot account) throws IOException {
        long hits = Math.max(0, stats.matches() - stats.misses());
        out.field("num_subscriptions", account.subscriptions())
                .field("num_cache", stats.cached())
                .field("num_inserts", account.inserts())
                .field("num_removes", account.removes())
                .field("num_matches", account.traffic().inMessages())
                .field("cache_hit_rate", ratio(hits, stats.matches()))
                .field("max_fanout", stats.maxFanout())
                .field("avg_fanout", ratio(stats.fanout(), stats.misses()));
    }

    private static void write(JsonOut out, SublistStats stats) throws IOException {
        long hits = Math.max(0, stats.matches() - stats.misses());
        out.field("num_subscriptions", stats.subscriptions())
                .field("num_cache", stats.cached())
                .field("num_inserts", stats.inserts())
                .field("num_removes", stats.removes())
                .field("num_matches", stats.matches())
                .field("cache_hit_rate", ratio(hits, stats.matches()))
                .field("max_fanout", stats.maxFanout())
                .field("avg_fanout", ratio(stats.fanout(), stats.misses()));
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
