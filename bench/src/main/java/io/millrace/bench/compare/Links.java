package io.millrace.bench.compare;

import io.millrace.bench.load.Load;
import io.millrace.bench.load.PacedLoad;
import io.millrace.bench.load.RequestLoad;
import io.millrace.bench.load.StreamLoad;

import java.util.ArrayList;
import java.util.List;

/**
 * Servers beyond one cluster, and what crosses between them: a hub, which is a cluster of its own,
 * its leaf node, and a server of another cluster, to which it has gateways.
 */
final class Links {
    /** Without it nats-server has no leaf nodes where there are gateways. */
    private static final String SYSTEM =
            """
            system_account: SYS
            accounts { SYS { users: [ {user: system, password: system} ] } }
            """;

    /** The places of the servers, in the order they are started. */
    private static final String HUB =
            """
            server_name: hub
            gateway { name: A, listen: "127.0.0.1:%1$d", gateways: [
              {name: A, url: "nats://127.0.0.1:%1$d"}, {name: B, url: "nats://127.0.0.1:%2$d"} ] }
            leafnodes { listen: "127.0.0.1:%3$d", compression: off }
            """;

    private static final String LEAF =
            """
            server_name: leaf
            leafnodes { remotes: [ {url: "nats-leaf://127.0.0.1:%3$d", compression: off} ] }
            """;

    private static final String OTHER =
            """
            server_name: other
            gateway { name: B, listen: "127.0.0.1:%2$d", gateways: [
              {name: A, url: "nats://127.0.0.1:%1$d"}, {name: B, url: "nats://127.0.0.1:%2$d"} ] }
            """;

    private Links() {}

    /**
     * The configuration file of each server.
     *
     * @param ports of the hub's gateway, the other cluster's, and the hub's for leaf nodes
     */
    static List<String> configurations(List<Integer> ports) {
        return List.of(HUB, LEAF, OTHER).stream()
                .map(text -> SYSTEM + text.formatted(ports.get(0), ports.get(1), ports.get(2)))
                .toList();
    }

    /** Our own loads over each kind of link. */
    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        add(all, "hub to leaf", Spread.TO_LEAF);
        add(all, "leaf to hub", Spread.FROM_LEAF);
        add(all, "cluster to cluster", Spread.ACROSS);
        return all;
    }

    private static void add(List<Scenario> all, String way, Spread spread) {
        all.add(scenario(way + ", 1 to 1, 128 B", StreamLoad.of(1, 1, 128), spread));
        all.add(scenario(way + ", request-reply, 1 requester", new RequestLoad(1, 16), spread));
        all.add(scenario(way + ", request-reply, 8 requesters", new RequestLoad(8, 16), spread));
        all.add(scenario(way + ", latency at 1,000/s, 128 B", new PacedLoad(1_000, 128), spread));
    }

    private static Scenario scenario(String name, Load load, Spread spread) {
        return Scenario.warm(name, load, spread);
    }
}
