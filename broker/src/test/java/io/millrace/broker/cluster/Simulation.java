package io.millrace.broker.cluster;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Some servers, their clients, and all that can go wrong between them, at the whim of a seed.
 * Faults and quiet take turns; in quiet everything must be as the simplest thinkable cluster has
 * it.
 */
final class Simulation {
    static final List<String> ACCOUNTS = List.of("A", "B", "P");

    /** Those that may have routes of their own, where there are pools. */
    private static final List<List<String>> PINNED =
            List.of(List.of("P"), List.of("P", "B"), List.of());

    private static final List<String> SUBJECTS = List.of("a", "a.b", "b.c", "a.b.c");
    private static final List<String> WANTED =
            List.of("a", "a.b", "b.c", "a.b.c", "a.*", "*.b", "a.>", ">", "*");
    private static final List<String> QUEUES = List.of("", "", "", "q", "r");

    private static final long SECOND_US = 1_000_000;
    private static final long REST_US = 600 * SECOND_US;
    private static final long MEND_US = 10 * SECOND_US;
    private static final int MENDS = 3;
    private static final int SMALLEST = 2;
    private static final int LARGEST = 6;

    final long seed;
    final Random random;
    final SimulatedClock clock = new SimulatedClock();
    final Set<SimulatedLink> links = new LinkedHashSet<>();
    private final boolean traced;

    /** Those that run, by place; null where none does. */
    private final @Nullable SimulatedServer[] servers;

    private final int[] runs;
    private final ClusterOptions[] options;
    private List<String> pinned = PINNED.getFirst();

    /** Pairs that don't reach each other. */
    private final Set<Set<Integer>> partitions = new HashSet<>();

    private boolean faulty;
    private long lastId;

    /** Who got the messages of this turn. */
    private final Map<String, List<SimulatedClient.Sub>> deliveries = new HashMap<>();

    Simulation(long seed, boolean traced) {
        this.seed = seed;
        this.traced = traced;
        random = new Random(seed);
        int size = SMALLEST + random.nextInt(LARGEST - SMALLEST + 1);
        servers = new SimulatedServer[size];
        runs = new int[size];
        options = options(size);
    }

    // --- the cluster

    private ClusterOptions[] options(int size) {
        List<Set<RouteUrl>> urls = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            urls.add(new LinkedHashSet<>());
        }
        for (int i = 1; i < size; i++) {
            connect(urls, i, random.nextInt(i));
        }
        for (int i = random.nextInt(size); i > 0; i--) {
            connect(urls, random.nextInt(size), random.nextInt(size));
        }
        int poolSize = random.nextInt(4);
        boolean named = random.nextInt(4) > 0;
        ClusterOptions[] all = new ClusterOptions[size];
        for (int i = 0; i < size; i++) {
            all[i] =
                    ClusterOptions.builder()
                            .name(named || random.nextInt(4) == 0 ? "C" : "")
                            .port(SimulatedServer.PORT)
                            .routes(List.copyOf(urls.get(i)))
                            .connectRetries(random.nextInt(3))
                            .connectBackoff(random.nextInt(4) == 0)
                            .build();
            all[i] = withPool(all[i], random.nextInt(3) == 0 ? random.nextInt(4) : poolSize);
        }
        return all;
    }

    private ClusterOptions withPool(ClusterOptions options, int size) {
        return options.toBuilder()
                .poolSize(size == 0 ? ClusterOptions.NO_POOL : size)
                .accounts(size == 0 ? List.of() : pinned)
                .build();
    }

    /** Has one of them know the other, or both each other. */
    private void connect(List<Set<RouteUrl>> urls, int one, int another) {
        int which = random.nextInt(3);
        if (which != 0) {
            urls.get(one).add(SimulatedServer.url(another));
        }
        if (which != 1) {
            urls.get(another).add(SimulatedServer.url(one));
        }
    }

    long nextId() {
        return ++lastId;
    }

    private void start(int place) {
        int run = ++runs[place];
        if (run > 1 && random.nextInt(4) == 0) {
            options[place] = withPool(options[place], random.nextInt(4));
        }
        String tag = place + "." + run + " ";
        ServerLog log =
                traced
                        ? ServerLog.to(
                                (level, text) -> trace(tag + level + " " + text), true, false)
                        : ServerLog.discarding();
        SimulatedServer server =
                new SimulatedServer(this, place, run, options[place], log, random.nextLong());
        servers[place] = server;
        server.start();
    }

    private void trace(String text) {
        if (traced) {
            System.out.println(clock.nowUs() + " " + text);
        }
    }

    private void restart(int place) {
        SimulatedServer server = servers[place];
        if (server != null) {
            trace("kill " + server.id);
            server.kill();
            servers[place] = null;
            links.stream().filter(link -> link.isOf(server)).toList().forEach(SimulatedLink::cut);
            clock.after(random.nextLong(5 * SECOND_US), () -> start(place));
        }
    }

    /** The server at a place if another one gets through to it; null if not. */
    @Nullable SimulatedServer reachable(SimulatedServer from, int place) {
        boolean unlucky = faulty && random.nextInt(10) == 0;
        boolean parted = from.place != place && partitions.contains(Set.of(from.place, place));
        return unlucky || parted ? null : servers[place];
    }

    private List<SimulatedServer> running() {
        List<SimulatedServer> running = new ArrayList<>();
        for (SimulatedServer server : servers) {
            if (server != null) {
                running.add(server);
            }
        }
        return running;
    }

    // --- what happens

    /** Lets it all happen. */
    void run() {
        try {
            takeTurns();
        } finally {
            running().forEach(SimulatedServer::kill);
        }
    }

    private void takeTurns() {
        for (int place = 0; place < servers.length; place++) {
            int each = place;
            clock.after(random.nextLong(2 * SECOND_US), () -> start(each));
        }
        for (int turn = 1 + random.nextInt(3); turn > 0; turn--) {
            disturb();
            rest();
            checkMesh();
            checkInfo();
            checkInterest();
            checkMessages();
        }
    }

    private void disturb() {
        faulty = true;
        trace("--- faults");
        long longUs = SECOND_US + random.nextLong(20 * SECOND_US);
        long nowUs = clock.nowUs();
        if (random.nextInt(3) == 0) {
            reconfigure();
        }
        for (int i = random.nextInt(12); i > 0; i--) {
            clock.after(random.nextLong(longUs), this::fault);
        }
        for (int i = 20 + random.nextInt(100); i > 0; i--) {
            clock.after(random.nextLong(longUs), this::clientDoesSomething);
        }
        clock.runUntil(nowUs + longUs);
        faulty = false;
        partitions.clear();
    }

    private void fault() {
        int place = random.nextInt(servers.length);
        int another = random.nextInt(servers.length);
        SimulatedServer server = servers[place];
        switch (random.nextInt(6)) {
            case 5 -> mend();
            case 0 -> restart(place);
            case 1 -> {
                if (server != null) {
                    trace("freeze " + server.id);
                    server.freeze(random.nextLong(3 * SECOND_US));
                }
            }
            case 2 -> {
                if (place != another) {
                    part(place, another);
                }
            }
            case 3 -> {
                if (server != null && servers[another] != null) {
                    trace("cut all between " + place + " and " + another);
                    cutBetween(place, another);
                }
            }
            default -> {
                if (!links.isEmpty()) {
                    trace("cut one link");
                    List.copyOf(links).get(random.nextInt(links.size())).cut();
                }
            }
        }
    }

    /** Other pools, and other accounts with routes of their own, wherever there are pools. */
    private void reconfigure() {
        pinned = any(PINNED);
        for (int i = 0; i < options.length; i++) {
            int place = i;
            int size = Math.max(0, options[place].poolSize());
            options[place] =
                    withPool(options[place], random.nextInt(3) == 0 ? random.nextInt(4) : size);
            clock.after(random.nextLong(3 * SECOND_US), () -> reload(place));
        }
    }

    private void reload(int place) {
        SimulatedServer server = servers[place];
        if (server != null) {
            server.at(
                    clock.nowUs(),
                    () -> {
                        trace("reload " + server.id + ", pool " + options[place].poolSize());
                        server.reload(options[place]);
                    });
        }
    }

    private void mend() {
        for (SimulatedServer server : running()) {
            server.at(clock.nowUs() + random.nextLong(SECOND_US), server::mend);
        }
    }

    private void part(int place, int another) {
        trace("part " + place + " and " + another);
        Set<Integer> pair = Set.of(place, another);
        partitions.add(pair);
        cutBetween(place, another);
        clock.after(
                random.nextLong(5 * SECOND_US),
                () -> {
                    trace("no longer parted: " + pair);
                    partitions.remove(pair);
                });
    }

    private void cutBetween(int place, int another) {
        SimulatedServer one = servers[place];
        SimulatedServer other = servers[another];
        if (one != null && other != null) {
            links.stream()
                    .filter(link -> link.joins(one, other))
                    .toList()
                    .forEach(SimulatedLink::cut);
        }
    }

    private void clientDoesSomething() {
        SimulatedServer server = servers[random.nextInt(servers.length)];
        if (server == null) {
            return;
        }
        if (server.clients.size() < 2 || random.nextInt(20) == 0) {
            server.clients.add(new SimulatedClient(this, server, any(ACCOUNTS)));
        }
        SimulatedClient client = any(server.clients);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> client.subscribe(any(WANTED), any(QUEUES));
            case 3, 4 -> {
                if (!client.subs.isEmpty()) {
                    client.unsubscribe(any(List.copyOf(client.subs.keySet())));
                }
            }
            case 6 -> {
                if (!client.subs.isEmpty()) {
                    int sid = any(List.copyOf(client.subs.keySet()));
                    client.unsubscribeAfter(sid, 1 + random.nextInt(3));
                }
            }
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    server.clients.remove(client);
                    client.leave();
                }
            }
            default -> client.publish(any(SUBJECTS));
        }
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Lets everything come to rest that was begun. */
    private void rest() {
        trace("--- quiet");
        for (int i = 0; i < MENDS * servers.length; i++) {
            clock.after(i * MEND_US, this::mend);
        }
        settle();
    }

    private void settle() {
        if (!clock.runDry(REST_US)) {
            throw new AssertionError("the servers don't come to rest");
        }
        deliveries.clear();
    }

    // --- how it ought to be

    private void checkMesh() {
        for (SimulatedServer one : running()) {
            Set<String> expected = new TreeSet<>();
            Set<String> found = new TreeSet<>();
            int expectedRoutes = 0;
            for (SimulatedServer other : running()) {
                if (other != one) {
                    expected.add(other.id + " " + routes(one, other));
                    expectedRoutes += routes(one, other).size();
                }
            }
            for (RemoteServer remote : one.mesh.remotes().all()) {
                found.add(remote.id + " " + new TreeSet<>(places(one, remote)));
            }
            same("routes of " + one.id, expected, found);
            same("number of routes of " + one.id, expectedRoutes, one.fixture.routeCount());
        }
    }

    /** All servers are of one cluster, and clients hear of all of them. */
    private void checkInfo() {
        Set<String> urls = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        for (SimulatedServer server : running()) {
            urls.add(server.clientUrl());
            names.add(server.fixture.info().cluster());
        }
        same("number of cluster names, of " + names, 1, names.size());
        for (SimulatedServer server : running()) {
            Set<String> told = new TreeSet<>(server.fixture.info().connectUrls());
            same("addresses that clients of " + server.id + " are told", urls, told);
        }
    }

    /** The routes that two servers should have. */
    private Set<String> routes(SimulatedServer one, SimulatedServer other) {
        if (one.poolSize() < 0 || other.poolSize() < 0) {
            return Set.of("0");
        }
        Set<String> routes = new TreeSet<>();
        for (int i = 0; i < Math.max(one.poolSize(), other.poolSize()); i++) {
            routes.add("" + i);
        }
        routes.addAll(pinned);
        return routes;
    }

    /** The routes that there are, seen from both sides. */
    private static List<String> places(SimulatedServer server, RemoteServer remote) {
        List<String> places = new ArrayList<>();
        for (RouteSession session : remote.sessions()) {
            SimulatedLink.Side side = server.sides.get(session);
            if (side == null) {
                throw new AssertionError(server.id + " has a route that is gone");
            }
            SimulatedLink.Side other = side.other();
            RouteSession there = other.end.session;
            boolean agreed =
                    !other.server.isGone()
                            && other.server.id.equals(remote.id)
                            && there.remote != null
                            && there.remote.id.equals(server.id)
                            && there.poolIndex == session.poolIndex
                            && there.account.equals(session.account);
            String place = session.account.isEmpty() ? "" + session.poolIndex : session.account;
            places.add(agreed ? place : place + " (not so on the other side)");
        }
        return places;
    }

    private void checkInterest() {
        for (SimulatedServer one : running()) {
            int subscriptions = one.subscriptions();
            for (SimulatedServer other : running()) {
                if (other == one) {
                    continue;
                }
                Map<String, Integer> told = new TreeMap<>();
                for (RemoteServer remote : one.mesh.remotes().all()) {
                    if (remote.id.equals(other.id)) {
                        for (RouteSession session : remote.sessions()) {
                            RouterFixture.interest(session.route())
                                    .forEach((key, weight) -> told.merge(key, weight, this::twice));
                        }
                    }
                }
                same("interest of " + other.id + " known to " + one.id, other.wanted(), told);
                subscriptions += told.size();
            }
            same(
                    "subscriptions known to " + one.id,
                    subscriptions,
                    one.fixture.router.subscriptionCount());
        }
    }

    private int twice(int one, int another) {
        throw new AssertionError("the same interest came over two routes");
    }

    private void checkMessages() {
        for (SimulatedServer server : running()) {
            server.clients.forEach(SimulatedClient::unsubscribeLimited);
        }
        settle();
        Map<String, SimulatedMessage> published = new HashMap<>();
        for (SimulatedServer server : running()) {
            for (String account : ACCOUNTS) {
                SimulatedClient publisher = new SimulatedClient(this, server, account);
                server.clients.add(publisher);
                for (String subject : SUBJECTS) {
                    for (int i = 0; i < 2; i++) {
                        SimulatedMessage message = expected(account, subject);
                        published.put(publisher.publish(subject), message);
                    }
                }
            }
        }
        if (!clock.runDry(REST_US)) {
            throw new AssertionError("the messages don't arrive");
        }
        published.forEach(
                (text, message) -> message.check(text, deliveries.getOrDefault(text, List.of())));
        for (SimulatedServer server : running()) {
            for (SimulatedClient client : List.copyOf(server.clients)) {
                if (random.nextInt(2) == 0) {
                    server.clients.remove(client);
                    client.leave();
                }
            }
        }
    }

    private SimulatedMessage expected(String account, String subject) {
        SimulatedMessage message = new SimulatedMessage(account, subject);
        for (SimulatedServer server : running()) {
            for (SimulatedClient client : server.clients) {
                if (client.account.equals(account)) {
                    client.subs.values().forEach(message::offer);
                }
            }
        }
        return message;
    }

    /** A message has come to a client: never to the same group, or subscriber, a second time. */
    void delivered(String text, SimulatedClient.Sub sub) {
        List<SimulatedClient.Sub> before = deliveries.computeIfAbsent(text, _ -> new ArrayList<>());
        for (SimulatedClient.Sub each : before) {
            if (each.equals(sub) || !sub.queue().isEmpty() && each.queue().equals(sub.queue())) {
                throw new AssertionError(
                        "message " + text + " came to " + each + " and then to " + sub);
            }
        }
        before.add(sub);
    }

    private static void same(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(
                    "%s\n  expected: %s\n  found:    %s".formatted(what, expected, found));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("-Dmillrace.seed=" + seed);
        for (int i = 0; i < options.length; i++) {
            text.append("\n  server ").append(i);
            text.append(": name \"").append(options[i].name());
            text.append("\", pool ").append(options[i].poolSize());
            text.append(", routes ");
            text.append(
                    Arrays.toString(
                            options[i].routes().stream()
                                    .mapToInt(SimulatedServer::placeOf)
                                    .toArray()));
        }
        return text.toString();
    }
}
