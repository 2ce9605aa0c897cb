package io.millrace.broker.testing;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the routes that servers have with those they should have. */
final class MeshCheck {
    private final List<String> problems = new ArrayList<>();

    /** What is wrong, a clause each; nothing if all is right. */
    List<String> problems() {
        return problems;
    }

    /** A server should have all routes to each of the others, and none to anybody else. */
    void complete(NatsServer server, List<NatsServer> others) {
        Map<String, Integer> strangers = server.routesByServer();
        for (NatsServer other : others) {
            connected(server, other);
            strangers.remove(other.name());
        }
        strangers.keySet().forEach(name -> apart(server, name, "which is none of them"));
    }

    /** A server should have all routes to another one. */
    void connected(NatsServer server, NatsServer other) {
        int should = between(server.options().cluster(), other.options().cluster());
        int has = routes(server, other.name());
        if (has != should) {
            problems.add(
                    "%s has %d of %d routes to %s"
                            .formatted(server.name(), has, should, other.name()));
        }
    }

    /** A server should have no routes to another one. */
    void apart(NatsServer server, String other, String why) {
        int has = routes(server, other);
        if (has > 0) {
            problems.add(
                    "%s still has %d routes to %s, %s".formatted(server.name(), has, other, why));
        }
    }

    private static int routes(NatsServer server, String other) {
        return server.routesByServer().getOrDefault(other, 0);
    }

    /** Routes of the larger pool, and of each account that has its own at one of the two. */
    private static int between(ClusterOptions one, ClusterOptions other) {
        if (!one.isPooled() || !other.isPooled()) {
            return 1;
        }
        Set<String> accounts = new HashSet<>(one.accounts());
        accounts.addAll(other.accounts());
        return Math.max(one.poolSize(), other.poolSize()) + accounts.size();
    }
}
