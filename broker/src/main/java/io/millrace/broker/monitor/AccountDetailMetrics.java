package io.millrace.broker.monitor;

import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.routing.view.AccountSnapshot;

import java.util.List;
import java.util.Set;

/**
 * What the exporter tells of {@code accountz}, of those accounts that have series of their own. It
 * knows the limits of accounts with a JWT only and tells 0 of others; here they are what holds, and
 * -1 for none, as in a JWT.
 */
final class AccountDetailMetrics {
    private static final int UNLIMITED = -1;

    private AccountDetailMetrics() {}

    static void write(
            MetricsText text, ExporterNames names, Options options, List<AccountSnapshot> busiest) {
        AuthOptions auth = options.auth();
        Set<String> storing = JetStreamAccounts.of(options.jetStream(), auth).keySet();
        ExportedSeries<AccountSnapshot> each =
                ExportedSeries.of(
                        text, names.of("accountz_"), busiest, AccountDetailMetrics::labels);
        each.gauge("client_connections", AccountSnapshot::clients);
        each.gauge("leafnode_connections", AccountSnapshot::leafs);
        each.gauge("subscriptions", AccountSnapshot::subscriptions);
        each.gauge("is_system", account -> account.name().equals(auth.systemAccount()) ? 1 : 0);
        each.gauge("expired", _ -> 0);
        each.gauge("complete", _ -> 1);
        each.gauge("jetstream_enabled", account -> storing.contains(account.name()) ? 1 : 0);
        each.gauge("limit_subs", account -> bound(account.limits().maxSubscriptions()));
        each.gauge("limit_data", _ -> UNLIMITED);
        each.gauge("limit_payload", account -> bound(account.limits().maxPayloadBytes()));
        each.gauge("limit_imports", _ -> UNLIMITED);
        each.gauge("limit_exports", _ -> UNLIMITED);
        each.gauge("limit_wildcards", _ -> 1);
        each.gauge("limit_conn", account -> bound(account.limits().maxConnections()));
        each.gauge("limit_leaf", account -> bound(account.limits().maxLeafNodes()));
    }

    private static long bound(int limit) {
        return Math.max(UNLIMITED, limit);
    }

    private static Labels labels(AccountSnapshot account) {
        return Labels.of("account_id", account.name()).and("account_name", account.name());
    }
}
