package io.millrace.broker.monitor;

import io.millrace.broker.monitor.BusiestAccounts.Sum;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;

import java.util.function.ToLongFunction;

/**
 * What Prometheus reads of accounts. Only those with most messages since the start have series of
 * their own; all others share one of each kind, whose label no account can have. So there are never
 * more than so many, whoever makes accounts; but what the others have counted falls when one of
 * them gets series of its own.
 */
final class AccountMetrics {
    /** Accounts that have series of their own. */
    static final int MOST = 50;

    private static final Labels OTHERS = Labels.of("others", "true");

    private AccountMetrics() {}

    /** How a number is got, of one account and of the others. */
    private record Number(ToLongFunction<AccountSnapshot> own, ToLongFunction<Sum> others) {
        static Number ofTraffic(ToLongFunction<TrafficSnapshot> number) {
            return new Number(
                    account -> number.applyAsLong(account.traffic()),
                    others -> number.applyAsLong(others.traffic()));
        }
    }

    static void write(
            MetricsText text, ExporterNames names, int accounts, BusiestAccounts busiest) {
        text.gauge("millrace_accounts", "Accounts, with clients or without.");
        text.value(accounts);
        text.gauge("millrace_account_connections", "Clients of an account.");
        values(text, busiest, new Number(AccountSnapshot::clients, Sum::clients));
        text.gauge("millrace_account_subscriptions", "Subscriptions of an account.");
        values(text, busiest, new Number(AccountSnapshot::subscriptions, Sum::subscriptions));
        text.counter("millrace_account_in_msgs", "Messages to the server, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::inMessages));
        text.counter("millrace_account_in_bytes", "Bytes of messages to it, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::inBytes));
        text.counter("millrace_account_out_msgs", "Messages from the server, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::outMessages));
        text.counter("millrace_account_out_bytes", "Bytes of messages from it, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::outBytes));
        text.counter("millrace_account_slow_consumers", "Slow consumers, by account.");
        values(text, busiest, new Number(AccountSnapshot::slowConsumers, Sum::slowConsumers));
        exported(text, names, busiest);
    }

    /** What the exporter tells of them. */
    private static void exported(MetricsText text, ExporterNames names, BusiestAccounts busiest) {
        ExportedSeries<AccountSnapshot> each =
                ExportedSeries.of(
                        text, names.of("accstatz_"), busiest.first(), AccountMetrics::labels);
        each.gauge("current_connections", AccountSnapshot::clients);
        each.gauge("total_connections", account -> account.clients() + account.leafs());
        each.gauge("subscriptions", AccountSnapshot::subscriptions);
        each.gauge("leaf_nodes", AccountSnapshot::leafs);
        each.counter("sent_messages", account -> account.traffic().outMessages());
        each.counter("sent_bytes", account -> account.traffic().outBytes());
        each.counter("received_messages", account -> account.traffic().inMessages());
        each.counter("received_bytes", account -> account.traffic().inBytes());
        each.counter("slow_consumers", AccountSnapshot::slowConsumers);
    }

    private static Labels labels(AccountSnapshot account) {
        return Labels.of("account", account.name())
                .and("account_id", account.name())
                .and("account_name", account.name());
    }

    private static void values(MetricsText text, BusiestAccounts busiest, Number number) {
        for (AccountSnapshot each : busiest.first()) {
            text.value(Labels.of("account", each.name()), number.own.applyAsLong(each));
        }
        if (busiest.others().accounts() > 0) {
            text.value(OTHERS, number.others.applyAsLong(busiest.others()));
        }
    }
}
