package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.AccountSnapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What accounts do, as the system account is told.
 *
 * @param serverId who tells it
 */
public record AccountStatz(String serverId, List<AccountSnapshot> accounts) {
    /**
     * Looks at accounts.
     *
     * @param names of those to look at; empty for all; what isn't an account is passed over
     * @param unused whether those without clients are looked at, too
     */
    static AccountStatz of(Snapshots snapshots, List<String> names, boolean unused)
            throws BadQueryException, InterruptedException {
        String serverId = snapshots.info().serverId();
        List<AccountSnapshot> shown = new ArrayList<>();
        Collected collected = new Collected("ask for fewer accounts");
        for (AccountSnapshot each : names.isEmpty() ? all(snapshots) : named(snapshots, names)) {
            if (unused || each.clients() + each.leafs() > 0) {
                collected.add(each.clients());
                shown.add(each);
            }
        }
        return new AccountStatz(serverId, shown);
    }

    private static List<AccountSnapshot> all(Snapshots snapshots)
            throws BadQueryException, InterruptedException {
        List<AccountSnapshot> all = new ArrayList<>();
        snapshots.eachAccount(all::add);
        return all;
    }

    private static List<AccountSnapshot> named(Snapshots snapshots, List<String> names)
            throws InterruptedException {
        List<AccountSnapshot> named = new ArrayList<>();
        for (String name : names) {
            Optional<AccountSnapshot> account = snapshots.account(name);
            account.ifPresent(named::add);
        }
        return named;
    }

    /** How it is written. */
    public JsonOut.Fields fields() {
        return out ->
                out.field("server_id", serverId)
                        .field("now", Instant.now())
                        .objects(
                                "account_statz",
                                accounts,
                                (each, account) ->
                                        Accountz.statistics(each, account, account.clients()));
    }
}
