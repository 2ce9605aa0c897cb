package io.millrace.broker.monitor;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

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
        AccountDetail detail = detail(snapshot, account);
        return out -> headWithSystem(out, snapshot).object("account_detail", detail::write);
    }

    private AccountDetail detail(ServerSnapshot snapshot, AccountSnapshot account) {
        Options options = server.options();
        return new AccountDetail(options.auth(), options.jetStream(), snapshot, account);
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
        return detail(snapshot, account.get())::write;
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
                                        && (unused || account.clients() + account.leafs() > 0));
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
                .field("leafnodes", account.leafs())
                .field("total_conns", connections + account.leafs())
                .field("num_subscriptions", account.subscriptions());
        data(out, "sent", account, TrafficSnapshot::outMessages, TrafficSnapshot::outBytes);
        data(out, "received", account, TrafficSnapshot::inMessages, TrafficSnapshot::inBytes);
        out.field("slow_consumers", account.slowConsumers());
    }

    private static void data(
            JsonOut out,
            String name,
            AccountSnapshot account,
            ToLongFunction<TrafficSnapshot> messages,
            ToLongFunction<TrafficSnapshot> bytes)
            throws IOException {
        TrafficSnapshot all = account.traffic();
        TrafficSnapshot gated = account.gated();
        TrafficSnapshot routed = account.routed();
        TrafficSnapshot leafed = account.leafed();
        out.object(
                name,
                fields -> {
                    fields.field("msgs", messages.applyAsLong(all))
                            .field("bytes", bytes.applyAsLong(all));
                    part(fields, "gateways", messages.applyAsLong(gated), bytes.applyAsLong(gated));
                    part(fields, "routes", messages.applyAsLong(routed), bytes.applyAsLong(routed));
                    part(fields, "leafs", messages.applyAsLong(leafed), bytes.applyAsLong(leafed));
                });
    }

    private static void part(JsonOut out, String kind, long messages, long bytes)
            throws IOException {
        out.object(kind, fields -> fields.field("msgs", messages).field("bytes", bytes));
    }
}
