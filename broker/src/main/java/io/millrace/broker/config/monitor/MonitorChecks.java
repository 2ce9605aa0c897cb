package io.millrace.broker.config.monitor;

import io.millrace.broker.config.listen.ListenOptions;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the options of the monitoring server, from whatever source they come. */
public final class MonitorChecks {
    private MonitorChecks() {}

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(MonitorOptions monitor) {
        List<String> problems = new ArrayList<>();
        for (int each : new int[] {monitor.httpPort(), monitor.httpsPort()}) {
            if (each < ListenOptions.ANY_PORT || each > 65_535) {
                problems.add("monitoring port must be 1..65535, or -1 for any free one: " + each);
            }
        }
        if (monitor.httpPort() != MonitorOptions.OFF && monitor.httpsPort() != MonitorOptions.OFF) {
            problems.add(
                    "can't specify both HTTP ("
                            + monitor.httpPort()
                            + ") and HTTPs ("
                            + monitor.httpsPort()
                            + ") ports");
        }
        if (!monitor.basePath().matches("[A-Za-z0-9._~/-]*+")) {
            problems.add("http_base_path may hold letters, digits and . _ ~ / - only");
        }
        if (monitor.username().isEmpty() != monitor.password().isEmpty()) {
            problems.add("monitor needs both a username and a password");
        }
        if (monitor.username().contains(":")) {
            problems.add("monitor.username cannot hold a colon");
        }
        if (monitor.maxClosedClients() < 0) {
            problems.add("max_closed_clients cannot be negative: " + monitor.maxClosedClients());
        }
        return problems;
    }
}
