package io.millrace.broker.config.gateway;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.listen.ListenOptions;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the options of gateways, from whatever source they come. */
public final class GatewayChecks {
    /** Stands in the protocol for no cluster at all. */
    private static final String RESERVED_NAME = "_";

    private GatewayChecks() {}

    /** What is wrong with a gateway's name; empty if nothing is. */
    static String nameProblem(String name) {
        if (name.contains(" ")) {
            return "gateway name cannot contain spaces";
        }
        return name.equals(RESERVED_NAME) ? "cluster name is reserved" : "";
    }

    /**
     * Everything that is wrong; empty if nothing is.
     *
     * @param clusterName what the cluster's own block calls it; empty if it doesn't
     */
    public static List<String> problems(GatewayOptions gateway, String clusterName) {
        List<String> problems = new ArrayList<>();
        String name = gateway.name();
        if (gateway.port() < ListenOptions.ANY_PORT || gateway.port() > 65_535) {
            problems.add(
                    "gateway port must be 1..65535, or -1 for any free one: " + gateway.port());
        }
        problems.add(nameProblem(name));
        if (name.isEmpty() && gateway.isOn()) {
            problems.add("gateway has no name");
        }
        if (!name.isEmpty() && !gateway.isOn()) {
            problems.add(
                    "gateway \"" + name + "\" has no port specified (select -1 for random port)");
        }
        if (!name.isEmpty()) {
            addRemotes(problems, gateway.gateways());
        }
        if (!name.isEmpty() && !clusterName.isEmpty() && !name.equals(clusterName)) {
            problems.add("cluster name conflicts between cluster and gateway definitions");
        }
        if (gateway.username().isEmpty() && !gateway.password().isEmpty()) {
            problems.add("a gateway password needs a user");
        }
        problems.add(Advertise.problem("gateway advertise", gateway.advertise()));
        problems.add(
                Durations.negativeProblem("gateway authorization timeout", gateway.authTimeout()));
        problems.add(Durations.negativeProblem("gateway write_deadline", gateway.writeDeadline()));
        problems.removeIf(String::isEmpty);
        return problems;
    }

    private static void addRemotes(List<String> problems, List<RemoteGateway> remotes) {
        for (int i = 0; i < remotes.size(); i++) {
            RemoteGateway remote = remotes.get(i);
            if (remote.name().isEmpty()) {
                problems.add("gateway in the list " + i + " has no name");
            } else if (remote.urls().isEmpty()) {
                problems.add("gateway \"" + remote.name() + "\" has no URL");
            }
        }
    }
}
