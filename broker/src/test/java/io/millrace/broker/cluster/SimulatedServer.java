package io.millrace.broker.cluster;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One run of a server: a real router and a real mesh. */
final class SimulatedServer {
    static final int PORT = 6222;

    private final Simulation simulation;
    final int place;
    private final int run;
    final String id;
    private final String dynamicName;
    private ClusterOptions options;
    final RouterFixture fixture;
    final Mesh mesh;
    final List<SimulatedClient> clients = new ArrayList<>();

    /** The routes that are open, by what the mesh knows them as. */
    final Map<RouteSession, SimulatedLink.Side> sides = new HashMap<>();

    /** What happens once it is thawed. */
    private final Deque<Runnable> postponed = new ArrayDeque<>();

    private boolean frozen;
    private boolean gone;

    /**
     * Makes one, not yet started.
     *
     * @param place its number, which says its address and name
     * @param run how often there was one at that place
     */
    SimulatedServer(
            Simulation simulation,
            int place,
            int run,
            ClusterOptions options,
            ServerLog log,
            long seed) {
        this.simulation = simulation;
        this.place = place;
        this.run = run;
        this.options = options;
        this.dynamicName = "made-up-" + (seed & 0xffff);
        id = "N" + place + "R" + run;
        Set<String> pinned = Set.copyOf(options.accounts());
        fixture =
                RouterFixture.clustered(
                        log, seed | 1, options.poolSize(), pinned, Set.copyOf(Simulation.ACCOUNTS));
        mesh = new Mesh(options, introduction(), fixture.router, this::dial, log, seed);
    }

    private LinkInfo introduction() {
        boolean dynamic = options.name().isEmpty();
        return LinkInfo.builder()
                .serverId(id)
                .serverName("server" + place)
                .version("2")
                .proto(2)
                .go("java")
                .host("0.0.0.0")
                .port(PORT)
                .headers(true)
                .maxPayload(1024)
                .cluster(dynamic ? dynamicName : options.name())
                .clusterDynamic(dynamic)
                .connectUrls(List.of(clientUrl()))
                .compression("off")
                .routePoolSize(options.isPooled() ? options.poolSize() : 0)
                .build();
    }

    int poolSize() {
        return options.poolSize();
    }

    /** Its options are others from here on. */
    void reload(ClusterOptions wanted) {
        options = wanted;
        mesh.onReload(wanted, introduction(), _ -> null);
        fixture.router.flush(0);
    }

    static String host(int place) {
        return "10.0.0." + (place + 1);
    }

    /** Where clients find it: elsewhere in each run. */
    String clientUrl() {
        return host(place) + ":" + (4222 + run);
    }

    static RouteUrl url(int place) {
        return new RouteUrl(host(place), PORT, "", Secret.NONE);
    }

    static int placeOf(RouteUrl url) {
        return Integer.parseInt(url.host().substring(url.host().lastIndexOf('.') + 1)) - 1;
    }

    void start() {
        mesh.start();
        fixture.router.flush(0);
    }

    /** What comes round every now and then: the mesh is mended, and routes are pinged. */
    void mend() {
        mesh.mend();
        mesh.remotes().sessions().forEach(session -> fixture.router.routes().ping(session.route()));
        fixture.router.flush(0);
    }

    boolean isGone() {
        return gone;
    }

    /** Has something happen to it, unless it is gone by then. */
    void at(long atUs, Runnable action) {
        simulation.clock.at(
                atUs,
                () -> {
                    if (frozen) {
                        postponed.add(action);
                    } else if (!gone) {
                        action.run();
                    }
                });
    }

    void freeze(long forUs) {
        if (!frozen) {
            frozen = true;
            simulation.clock.after(forUs, this::thaw);
        }
    }

    private void thaw() {
        frozen = false;
        while (!postponed.isEmpty() && !gone) {
            postponed.remove().run();
        }
    }

    /** Ends without a word. */
    void kill() {
        gone = true;
        mesh.end();
        fixture.close();
    }

    RouteEnd routeEnd(SimulatedServer remote, @Nullable RouteTarget target, RouteEnd.Wire wire) {
        return new RouteEnd(
                fixture, mesh, simulation.nextId(), host(remote.place), PORT, target, wire);
    }

    private void dial(RouteTarget target, int attempt, long delayMs) {
        at(
                simulation.clock.nowUs() + 1_000 * delayMs + simulation.random.nextLong(5_000),
                () -> connect(target, attempt));
    }

    private void connect(RouteTarget target, int attempt) {
        SimulatedServer other = simulation.reachable(this, placeOf(target.url()));
        if (other != null) {
            simulation.links.add(new SimulatedLink(simulation, this, other, target));
            return;
        }
        at(
                simulation.clock.nowUs() + simulation.random.nextLong(5_000),
                () -> {
                    mesh.onDialFailed(target, attempt, "dial tcp: connect: connection refused");
                    fixture.router.flush(0);
                });
    }

    /** What its clients subscribe to: members by account, subject and queue group. */
    Map<String, Integer> wanted() {
        Map<String, Integer> wanted = new TreeMap<>();
        for (SimulatedClient client : clients) {
            for (SimulatedClient.Sub sub : client.subs.values()) {
                String key = (client.account + " " + sub.subject() + " " + sub.queue()).strip();
                wanted.merge(key, 1, (a, b) -> sub.queue().isEmpty() ? 1 : a + b);
            }
        }
        return wanted;
    }

    int subscriptions() {
        return clients.stream().mapToInt(client -> client.subs.size()).sum();
    }
}
