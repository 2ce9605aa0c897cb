package io.millrace.broker.config.delivery;

import io.millrace.broker.config.Durations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the times that a connection has, from whatever source they come. */
public final class DeliveryChecks {
    private DeliveryChecks() {}

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(KeepAliveOptions keepAlive) {
        List<String> problems = new ArrayList<>();
        positive(problems, "ping_interval", keepAlive.pingInterval());
        positive(problems, "connect_timeout", keepAlive.connectTimeout());
        if (keepAlive.maxPingsOut() < 0) {
            problems.add("ping_max cannot be negative: " + keepAlive.maxPingsOut());
        }
        return problems;
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(DeliveryOptions delivery) {
        List<String> problems = new ArrayList<>();
        positive(problems, "write_deadline", delivery.writeDeadline());
        return problems;
    }

    private static void positive(List<String> problems, String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            problems.add(name + " must be longer than nothing: " + Durations.text(value));
        }
    }
}
