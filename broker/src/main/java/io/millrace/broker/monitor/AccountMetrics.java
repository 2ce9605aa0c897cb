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

    private static final String OTHERS = "others=\"true\"";

    private AccountMetrics() {}

    /** How a number is got, of one account and of the others. */
    private record Number(ToLongFunction<AccountSnapshot> own, ToLongFunction<Sum> others) {
        static Number ofTraffic(ToLongFunction<TrafficSnapshot> number) {
            return new Number(
                    account -> number.applyAsLong(account.traffic()),
                    others -> number.applyAsLong(others.traffic()));
        }
    }

    static void write(PrometheusText text, int accounts, BusiestAccounts busiest) {
        text.own("accounts", "gauge", "Accounts, with clients or without.");
        text.value("", accounts);
        text.own("account_connections", "gauge", "Clients of an account.");
        values(text, busiest, new Number(AccountSnapshot::clients, Sum::clients));
        text.own("account_subscriptions", "gauge", "Subscriptions of an account.");
        values(text, busiest, new Number(AccountSnapshot::subscriptions, Sum::subscriptions));
        text.own("account_in_msgs_total", "counter", "Messages to the server, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::inMessages));
        text.own("account_in_bytes_total", "counter", "Bytes of messages to it, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::inBytes));
        text.own("account_out_msgs_total", "counter", "Messages from the server, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::outMessages));
        text.own("account_out_bytes_total", "counter", "Bytes of messages from it, by account.");
        values(text, busiest, Number.ofTraffic(TrafficSnapshot::outBytes));
        text.own("account_slow_consumers_total", "counter", "Slow consumers, by account.");
        values(text, busiest, new Number(AccountSnapshot::slowConsumers, Sum::slowConsumers));
    }

    private static void values(PrometheusText text, BusiestAccounts busiest, Number number) {
        for (AccountSnapshot each : busiest.first()) {
            text.value(
                    "account=\"" + PrometheusText.escaped(each.name()) + '"',
                    number.own.applyAsLong(each));
        }
        if (busiest.others().accounts() > 0) {
            text.value(OTHERS, number.others.applyAsLong(busiest.others()));
        }
    }
}
