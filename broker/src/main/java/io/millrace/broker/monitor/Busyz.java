package io.millrace.broker.monitor;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.time.Instant;

/** {@code /busyz}: the accounts that do most, and what all others do together. */
final class Busyz implements Endpoint {
    /** Accounts that are listed at most. */
    private static final int MOST = 256;

    private static final int USUAL = 10;

    private final Monitored server;
    private final Snapshots snapshots;

    Busyz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        int most = most(query);
        ServerSnapshot snapshot = snapshots.server();
        BusiestAccounts busiest =
                BusiestAccounts.of(
                        snapshots,
                        AccountOrder.of(query.text("sort")),
                        most,
                        new Search(query.text("search")));
        return JsonOut.object(
                out ->
                        out.field("server_id", snapshot.info().serverId())
                                .field("now", Instant.now())
                                .some("system_account", server.options().auth().systemAccount())
                                .field("accounts", snapshot.accounts())
                                .field("total", busiest.total())
                                .objects("busiest", busiest.first(), Busyz::write)
                                .object("others", others -> write(others, busiest.others())));
    }

    /** A page that looks every second wants few. */
    private static int most(Query query) throws BadQueryException {
        long wanted = query.number("limit");
        return wanted <= 0 ? USUAL : (int) Math.min(wanted, MOST);
    }

    private static void write(JsonOut out, AccountSnapshot account) throws IOException {
        out.field("acc", account.name());
        numbers(
                out,
                account.clients(),
                account.subscriptions(),
                account.traffic(),
                account.slowConsumers());
        AccountLimits limits = account.limits();
        if (limits.maxConnections() >= 0) {
            out.field("max_conns", limits.maxConnections());
        }
    }

    private static void write(JsonOut out, BusiestAccounts.Sum others) throws IOException {
        out.field("accounts", others.accounts());
        numbers(
                out,
                others.clients(),
                others.subscriptions(),
                others.traffic(),
                others.slowConsumers());
    }

    private static void numbers(
            JsonOut out,
            long clients,
            long subscriptions,
            TrafficSnapshot traffic,
            long slowConsumers)
            throws IOException {
        out.field("conns", clients)
                .field("num_subscriptions", subscriptions)
                .field("in_msgs", traffic.inMessages())
                .field("out_msgs", traffic.outMessages())
                .field("in_bytes", traffic.inBytes())
                .field("out_bytes", traffic.outBytes())
                .field("slow_consumers", slowConsumers);
    }
}
