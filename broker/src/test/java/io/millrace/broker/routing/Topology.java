package io.millrace.broker.routing;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.routing.account.RouteShare;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Clusters of one to three servers at the whim of a seed: some of them with gateways to each other,
 * and below each of these leaf nodes, which have leaf nodes of their own.
 */
final class Topology {
    static final List<String> ACCOUNTS = List.of("$G", "A", "B");

    /** What an account knows others' streams by, and what it asks them by. */
    static final String STREAMS = "x.";

    static final String SERVICES = "y.";

    /** What may be imported. */
    private static final List<String> SHARED = List.of("a.>", "b.*", "a.b");

    private static final int MOST_CLUSTERS = 6;

    /**
     * Some servers with routes to each other.
     *
     * @param name empty for a server by itself that has none
     * @param hub the cluster whose leaf nodes they are; null for none
     * @param plans what its accounts share, by their names
     */
    record Cluster(
            int number,
            String name,
            List<Integer> servers,
            @Nullable Cluster hub,
            Map<String, AccountOptions> plans) {
        /** Whether it has gateways to the others that have no hub. */
        boolean isTop() {
            return hub == null;
        }

        @Override
        public String toString() {
            return "cluster %d \"%s\" %s%s: %s"
                    .formatted(
                            number,
                            name,
                            servers,
                            hub == null ? "" : " below " + hub.number,
                            plans.values().stream().map(Topology::shown).toList());
        }
    }

    /** What may not cross some links. */
    private static final List<String> DENIED = List.of("a.>", "b", "*.b", "a.a", "x.>", "y.b.*");

    final List<Cluster> clusters = new ArrayList<>();
    final List<TopologyLink> links = new ArrayList<>();
    private final List<Cluster> byServer = new ArrayList<>();
    private final Random random;

    /** Whether accounts import from each other. */
    final boolean imports;

    /** Whether not everything may cross the links of leaf nodes. */
    final boolean permissions;

    /** Whether some leaf nodes aren't told what others want. */
    final boolean isolation;

    /** Routes between two servers, those of single accounts aside. */
    final int poolSize;

    /** Accounts that have routes of their own. */
    final Set<String> pinned;

    Topology(Random random) {
        this.random = random;
        imports = random.nextInt(3) == 0;
        permissions = random.nextInt(4) == 0;
        isolation = random.nextInt(4) == 0;
        poolSize = random.nextInt(3) > 0 ? 1 : 2;
        pinned = random.nextInt(3) > 0 ? Set.of() : Set.of(any(ACCOUNTS));
        int tops = Math.max(1, random.nextInt(5) - 1);
        int count = tops + random.nextInt(MOST_CLUSTERS - tops + 1);
        for (int i = 0; i < count; i++) {
            Cluster hub = i < tops ? null : clusters.get(random.nextInt(i));
            List<Integer> servers = new ArrayList<>();
            for (int s = random.nextInt(3); s >= 0; s--) {
                servers.add(byServer.size() + servers.size());
            }
            boolean nameless = servers.size() == 1 && (hub != null || tops == 1);
            String name = nameless && random.nextBoolean() ? "" : "C" + i;
            Cluster cluster = new Cluster(i, name, servers, hub, plans());
            servers.forEach(_ -> byServer.add(cluster));
            clusters.add(cluster);
            addRoutes(cluster);
            if (hub != null) {
                addLeaves(cluster, hub);
            }
        }
        addGateways();
    }

    /** A reload: the accounts of a cluster share something else, and all are there. */
    void change(Cluster cluster) {
        cluster.plans.putAll(plans());
    }

    /** A reload: a cluster has an account no more. */
    void remove(Cluster cluster, String account) {
        cluster.plans.remove(account);
    }

    /** Whether both ends of a link have what it is of. */
    boolean isPossible(TopologyLink link) {
        return link.kind != TopologyLink.Kind.LEAF
                || of(link.one).plans.containsKey(link.account)
                        && of(link.other).plans.containsKey(link.otherAccount);
    }

    /** Each account may import of those before it. */
    private Map<String, AccountOptions> plans() {
        Map<String, AccountOptions> plans = new LinkedHashMap<>();
        for (String name : ACCOUNTS) {
            List<StreamImport> streams = new ArrayList<>();
            List<ServiceImport> services = new ArrayList<>();
            for (String exporter : plans.keySet()) {
                String shared = any(SHARED);
                if (imports && random.nextInt(3) == 0) {
                    streams.add(new StreamImport(exporter, shared, STREAMS + shared, false));
                }
                if (imports && services.isEmpty() && random.nextInt(3) == 0) {
                    services.add(new ServiceImport(exporter, shared, SERVICES + shared, false));
                }
            }
            plans.put(name, options(name, streams, services));
        }
        return plans;
    }

    private static AccountOptions options(
            String name, List<StreamImport> streams, List<ServiceImport> services) {
        AccountOptions none = AccountOptions.named(name);
        return new AccountOptions(
                name,
                "",
                SHARED.stream().map(each -> new StreamExport(each, Access.PUBLIC)).toList(),
                SHARED.stream()
                        .map(
                                each ->
                                        new ServiceExport(
                                                each,
                                                Access.PUBLIC,
                                                ResponseType.STREAM,
                                                ServiceExport.DEFAULT_THRESHOLD,
                                                null,
                                                false))
                        .toList(),
                streams,
                services,
                List.of(),
                none.limits(),
                null);
    }

    private static String shown(AccountOptions account) {
        return account.name() + account.streamImports() + account.serviceImports();
    }

    private void addRoutes(Cluster cluster) {
        for (int one : cluster.servers) {
            for (int other : cluster.servers) {
                if (one < other) {
                    shares().forEach(each -> links.add(TopologyLink.route(one, other, each)));
                }
            }
        }
    }

    private List<RouteShare> shares() {
        List<RouteShare> shares = new ArrayList<>();
        if (poolSize == 1 && pinned.isEmpty()) {
            shares.add(RouteShare.ofAll());
            return shares;
        }
        for (int i = 0; i < poolSize; i++) {
            shares.add(RouteShare.of(i));
        }
        pinned.forEach(each -> shares.add(RouteShare.of(each)));
        return shares;
    }

    /** Each account has one of the hub's, and no two the same. */
    private void addLeaves(Cluster spoke, Cluster hub) {
        List<String> theirs = new ArrayList<>(ACCOUNTS);
        if (random.nextBoolean()) {
            Collections.shuffle(theirs, random);
        }
        for (int i = 0; i < ACCOUNTS.size(); i++) {
            boolean any = i > 0 && random.nextInt(3) == 0;
            List<Integer> servers = new ArrayList<>(spoke.servers);
            Collections.shuffle(servers, random);
            int linked = any ? 0 : 1 + random.nextInt(servers.size());
            for (int server : servers.subList(0, linked)) {
                links.add(
                        TopologyLink.leaf(
                                server,
                                any(hub.servers),
                                ACCOUNTS.get(i),
                                theirs.get(i),
                                denied(),
                                denied(),
                                isolation && random.nextInt(3) == 0));
            }
        }
    }

    /** Something else may cross a leaf node's link from now on. */
    void permit(TopologyLink link) {
        link.deniedUp = denied();
        link.deniedDown = denied();
    }

    private List<String> denied() {
        return permissions && random.nextInt(3) == 0
                ? List.of(any(DENIED), any(DENIED))
                : List.of();
    }

    private void addGateways() {
        for (Cluster one : clusters) {
            for (Cluster other : clusters) {
                if (one != other && one.isTop() && other.isTop()) {
                    for (int server : one.servers) {
                        links.add(TopologyLink.gateway(server, any(other.servers)));
                    }
                }
            }
        }
    }

    int serverCount() {
        return byServer.size();
    }

    Cluster of(int server) {
        return byServer.get(server);
    }

    boolean hasGateways(Cluster cluster) {
        return cluster.isTop() && clusters.stream().filter(Cluster::isTop).count() > 1;
    }

    /** An outbound gateway is dialed anew, perhaps to another server. */
    void redial(TopologyLink gateway) {
        gateway.other = any(of(gateway.other).servers);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
