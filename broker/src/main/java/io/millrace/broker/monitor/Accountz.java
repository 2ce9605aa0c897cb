package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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
            List<String> names = accounts(_ -> true).stream().map(AccountSnapshot::name).toList();
            return out -> headWithSystem(out, snapshot).someTexts("accounts", names);
        }
        AccountSnapshot account = snapshots.account(name).orElse(null);
        if (account == null) {
            throw new BadQueryException("Account " + name + " does not exist");
        }
        AccountDetail detail = new AccountDetail(server.options().auth(), snapshot, account);
        return out -> headWithSystem(out, snapshot).object("account_detail", detail::write);
    }

    private List<AccountSnapshot> accounts(Predicate<AccountSnapshot> wanted)
            throws BadQueryException, InterruptedException {
        List<AccountSnapshot> found = new ArrayList<>();
        Collected collected = new Collected("ask for one of them, with acc");
        snapshots.eachAccount(
                account -> {
                    if (wanted.test(account)) {
                        collected.add(account);
                        found.add(account);
                    }
                });
        return found;
    }

    /** All there is to know of an account. */
    JsonOut.Fields info(String name) throws BadQueryException, InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        Optional<AccountSnapshot> account = snapshots.account(name);
        if (account.isEmpty()) {
            throw new BadQueryException("Account " + name + " does not exist");
        }
        return new AccountDetail(server.options().auth(), snapshot, account.get())::write;
    }

    private static JsonOut head(JsonOut out, ServerSnapshot snapshot) throws IOException {
        return out.field("server_id", snapshot.info().serverId()).field("now", Instant.now());
    }

    private JsonOut headWithSystem(JsonOut out, ServerSnapshot snapshot) throws IOException {
        String systemAccount = server.options().auth().systemAccount();
        return head(out, snapshot).some("system_account", systemAccount);
    }

    /** {@code /accstatz}: what each account does. */
    Reply accstatz(Query query) throws BadQueryException, InterruptedException {
        boolean unused = query.flag("unused");
        String name = query.text("acc");
        ServerSnapshot snapshot = snapshots.server();
        List<AccountSnapshot> shown =
                accounts(
                        account ->
                                (name.isEmpty() || account.name().equals(name))
                                        && (unused || account.clients() > 0));
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
