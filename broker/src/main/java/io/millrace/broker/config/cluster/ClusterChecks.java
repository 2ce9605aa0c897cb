package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.listen.ListenOptions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with the options of a cluster, from whatever source they come. */
public final class ClusterChecks {
    /** Stands in the protocol for no cluster at all. */
    private static final String RESERVED_NAME = "_";

    /** Of a name that another server has said: it is kept with all that comes from there. */
    private static final int LONGEST_TOLD_NAME_BYTES = 255;

    private static final char DELETE = 0x7f;

    private ClusterChecks() {}

    /** What is wrong with a cluster's name; empty if nothing is. */
    static String nameProblem(String name) {
        if (name.contains(" ")) {
            return "cluster name cannot contain spaces";
        }
        return name.equals(RESERVED_NAME) ? "cluster name is reserved" : "";
    }

    /**
     * What is wrong with a cluster's name that another server has said; empty if nothing is. Such a
     * name is written into lines of the protocol, which nothing in it may part.
     */
    public static String toldNameProblem(String name) {
        if (name.chars().anyMatch(c -> c <= ' ' || c == DELETE)) {
            return "cluster name cannot contain spaces";
        }
        boolean isLong = name.getBytes(StandardCharsets.UTF_8).length > LONGEST_TOLD_NAME_BYTES;
        return isLong ? "cluster name is too long" : nameProblem(name);
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
        problems.add(
                Durations.negativeProblem("cluster authorization timeout", cluster.authTimeout()));
        problems.add(Durations.negativeProblem("cluster ping_interval", cluster.pingInterval()));
        problems.add(Durations.negativeProblem("cluster write_deadline", cluster.writeDeadline()));
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
