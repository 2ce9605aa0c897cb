package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The endpoints about accounts. */
final class Accountz {
    private final Monitored server;
    private final Snapshots snapshots;

    Accountz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    /**
     * {@code accountz}: their names, or all there is to know of one.
     *
     * @param name of that one; empty for all
     */
    JsonOut.Fields accountz(String name) throws BadQueryException, InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        if (name.isEmpty()) {
            List<String> names = snapshot.accounts().stream().map(AccountSnapshot::name).toList();
            return out -> headWithSystem(out, snapshot).someTexts("accounts", names);
        }
        for (AccountSnapshot account : snapshot.accounts()) {
            if (account.name().equals(name)) {
                return out ->
                        headWithSystem(out, snapshot)
                                .object(
                                        "account_detail",
                                        detail -> detail(detail, snapshot, account));
            }
        }
        throw new BadQueryException("Account " + name + " does not exist");
    }

    private static JsonOut head(JsonOut out, ServerSnapshot snapshot) throws IOException {
        return out.field("server_id", snapshot.info().serverId()).field("now", Instant.now());
    }

    private JsonOut headWithSystem(JsonOut out, ServerSnapshot snapshot) throws IOException {
        return head(out, snapshot).some("system_account", systemAccount());
    }

    private String systemAccount() {
        return server.options().auth().systemAccount();
    }

    private void detail(JsonOut out, ServerSnapshot snapshot, AccountSnapshot account)
            throws IOException {
        out.field("account_name", account.name())
                .field("update_time", server.started())
                .some("is_system", account.name().equals(systemAccount()))
                .field("expired", false)
                .field("complete", true)
                .field("jetstream_enabled", false)
                .field("leafnode_connections", 0)
                .field("client_connections", account.clients())
                .field("subscriptions", account.subscriptions())
                .field("name_tag", account.name())
                .object(
                        "sublist_stats",
                        stats -> Subsz.write(stats, snapshot.sublist(), account.subscriptions()));
    }

    /** {@code /accstatz}: what each account does. */
    Reply accstatz(Query query) throws BadQueryException, InterruptedException {
        boolean unused = query.flag("unused");
        String name = query.text("acc");
        ServerSnapshot snapshot = snapshots.server();
        List<AccountSnapshot> shown =
                snapshot.accounts().stream()
                        .filter(account -> name.isEmpty() || account.name().equals(name))
                        .filter(account -> unused || account.clients() > 0)
                        .toList();
        return JsonOut.object(
                out ->
                        head(out, snapshot)
                                .objects(
                                        "account_statz",
                                        shown,
                                        (each, account) ->
                                                statistics(each, account, account.clients())));
    }

    static void statistics(JsonOut out, AccountSnapshot account, int connections)
            throws IOException {
        out.field("acc", account.name())
                .field("name", account.name())
                .field("conns", connections)
                .field("leafnodes", 0)
                .field("total_conns", connections)
                .field("num_subscriptions", account.subscriptions());
        TrafficSnapshot all = account.traffic();
        TrafficSnapshot routed = account.routed();
        data(
                out,
                "sent",
                all.outMessages(),
                all.outBytes(),
                routed.outMessages(),
                routed.outBytes());
        data(
                out,
                "received",
                all.inMessages(),
                all.inBytes(),
                routed.inMessages(),
                routed.inBytes());
        out.field("slow_consumers", account.slowConsumers());
    }

    private static void data(
            JsonOut out,
            String name,
            long messages,
            long bytes,
            long routedMessages,
            long routedBytes)
            throws IOException {
        out.object(
                name,
                all -> {
                    all.field("msgs", messages).field("bytes", bytes);
                    part(all, "gateways", 0, 0);
                    part(all, "routes", routedMessages, routedBytes);
                    part(all, "leafs", 0, 0);
                });
    }

    private static void part(JsonOut out, String kind, long messages, long bytes)
            throws IOException {
        out.object(kind, fields -> fields.field("msgs", messages).field("bytes", bytes));
    }
}
