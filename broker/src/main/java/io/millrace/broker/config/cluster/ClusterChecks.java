package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.listen.ListenOptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with the options of a cluster, from whatever source they come. */
public final class ClusterChecks {
    /** Stands in the protocol for no cluster at all. */
    private static final String RESERVED_NAME = "_";

    private ClusterChecks() {}

    /** What is wrong with a cluster's name; empty if nothing is. */
    static String nameProblem(String name) {
        if (name.contains(" ")) {
            return "cluster name cannot contain spaces";
        }
        return name.equals(RESERVED_NAME) ? "cluster name is reserved" : "";
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(ClusterOptions cluster) {
        List<String> problems = new ArrayList<>();
        if (cluster.port() < ListenOptions.ANY_PORT || cluster.port() > 65_535) {
            problems.add(
                    "cluster port must be 1..65535, -1 for any free one, or 0 for no cluster: "
                            + cluster.port());
        }
        problems.add(nameProblem(cluster.name()));
        problems.add(Advertise.problem("cluster_advertise", cluster.advertise()));
        if (cluster.username().isEmpty() && !cluster.password().isEmpty()) {
            problems.add("a cluster password needs a user");
        }
        notNegative(problems, "cluster authorization timeout", cluster.authTimeout());
        notNegative(problems, "cluster ping_interval", cluster.pingInterval());
        notNegative(problems, "cluster write_deadline", cluster.writeDeadline());
        if (cluster.pingMax() < 0) {
            problems.add("cluster ping_max cannot be negative: " + cluster.pingMax());
        }
        if (cluster.poolSize() < 0 && !cluster.accounts().isEmpty()) {
            problems.add("pool_size cannot be negative if pinned accounts are specified");
        }
        problems.add(duplicateAccount(cluster.accounts()));
        problems.removeIf(String::isEmpty);
        return problems;
    }

    private static String duplicateAccount(List<String> accounts) {
        Set<String> seen = new HashSet<>();
        for (String account : accounts) {
            if (!seen.add(account)) {
                return "found duplicate account name \""
                        + account
                        + "\" in pinned accounts list "
                        + accounts.stream()
                                .map(name -> '"' + name + '"')
                                .collect(Collectors.joining(" ", "[", "]"));
            }
        }
        return "";
    }

    private static void notNegative(List<String> problems, String name, Duration value) {
        if (value.isNegative()) {
            problems.add(name + " must be longer than nothing: " + Durations.text(value));
        }
    }

    /**
     * What is allowed but worth knowing.
     *
     * @param accounts the accounts there are beside the global one and the system's
     */
    public static List<String> warnings(ClusterOptions cluster, Set<String> accounts) {
        List<String> warnings = new ArrayList<>();
        if (!cluster.isOn() && !cluster.routes().isEmpty()) {
            warnings.add("Cluster routes are not used, as there is no cluster port to listen on");
        }
        for (String account : cluster.accounts()) {
            if (!accounts.contains(account)
                    && !account.equals(UserOptions.GLOBAL_ACCOUNT)
                    && !account.equals(AuthOptions.SYSTEM_ACCOUNT)) {
                warnings.add("Account \"" + account + "\" of cluster accounts is not defined here");
            }
        }
        return warnings;
    }
}
