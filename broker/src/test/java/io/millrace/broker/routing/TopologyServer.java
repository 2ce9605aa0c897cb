package io.millrace.broker.routing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.LogLevel;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Topology.Cluster;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafFacts;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.broker.routing.peer.LeafWatcher;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.GatewayParser;
import io.millrace.protocol.LeafParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteParser;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A real router with its clients, and its ends of the links to other servers. */
final class TopologyServer implements AutoCloseable {
    private static final int MAX_LINE = 4096;
    private static final int MAX_PAYLOAD = 1024 * 1024;

    /** One end of a link. */
    private record End(
            Sender sender,
            OutboundQueue queue,
            ProtocolParser parser,
            Consumer<CloseReason> closing) {}

    final GraphServer clients;
    private final int number;
    private final Topology topology;
    private final RouterFixture fixture;
    private final Router router;
    private final NativeBlock memory;
    private final Map<TopologyLink, End> ends = new LinkedHashMap<>();
    private final Map<Gateway, String> gateways = new HashMap<>();
    private final List<String> errors = new ArrayList<>();
    private long lastId = 1_000_000;

    TopologyServer(
            Topology topology, int number, long seed, int cachedSubjects, NativeBlock memory) {
        this.topology = topology;
        this.number = number;
        this.memory = memory;
        ServerLog log = ServerLog.to(this::log, false, false);
        fixture = RouterFixture.clustered(log, seed, topology.poolSize, topology.pinned, Set.of());
        clients = new GraphServer(number, cachedSubjects, memory, fixture);
        router = fixture.router;
        Cluster cluster = topology.of(number);
        if (topology.hasGateways(cluster)) {
            router.gateways().joinSuperCluster(cluster.name(), id(number));
        }
        router.gateways().watch(new Watching());
        router.leafs().watch(new Watching());
        router.onAccounts(cluster.plans().values().stream().map(AccountPlan::of).toList());
    }

    private void log(LogLevel level, String text) {
        boolean expected = text.contains("Unknown account");
        if ((level == LogLevel.ERROR || level == LogLevel.WARN) && !expected) {
            errors.add(text);
        }
    }

    private static String id(int server) {
        return "SERVER" + server;
    }

    /** Knows what the topology of a real server would. */
    private final class Watching implements GatewayWatcher, LeafWatcher {
        @Override
        public GatewayFacts factsOf(Gateway gateway) {
            return new GatewayFacts(gateways.get(gateway), "", true, true, null);
        }

        @Override
        public void onPong(Leaf leaf) {}

        @Override
        public void onLoop(Leaf leaf) {
            errors.add("a loop was seen on " + leaf.peer.label);
        }

        @Override
        public void onViolation(Leaf leaf) {
            errors.add("a violation was seen on " + leaf.peer.label);
        }

        @Override
        public LeafFacts factsOf(Leaf leaf) {
            return LeafFacts.UNKNOWN;
        }
    }

    /** A reload. */
    void reload() {
        clients.reload(topology.of(number).plans().values().stream().map(AccountPlan::of).toList());
        workOff();
    }

    // --- links

    /** Has its end of a link from now on. */
    void open(TopologyLink link) {
        OutboundQueue queue = fixture.queue();
        FarEnd far = new Watched(link);
        int remote = link.one == number ? link.other : link.one;
        long id = ++lastId;
        End end =
                switch (link.kind) {
                    case ROUTE -> route(new Route(id, "127.0.0.1", 1, far, queue), queue, link);
                    case LEAF ->
                            leaf(
                                    new Leaf(id, Remote.socket("127.0.0.1", 1), far, queue),
                                    queue,
                                    link);
                    case GATEWAY -> {
                        boolean outbound = link.one == number;
                        Gateway gateway = new Gateway(id, "127.0.0.1", 1, outbound, far, queue);
                        yield gateway(gateway, queue, remote);
                    }
                };
        ends.put(link, end);
        settle();
    }

    private End route(Route route, OutboundQueue queue, TopologyLink link) {
        ClusterRoutes routes = router.routes();
        int remote = link.one == number ? link.other : link.one;
        RouteShare share = link.share;
        assert share != null;
        routes.onOpen(route);
        routes.onIdentified(route, id(remote));
        routes.onOrigins(route);
        routes.onJoined(route, "server" + remote, true, share);
        if (share.isOneAccounts()) {
            routes.onTakenOver(route);
        }
        RouteParser parser = new RouteParser(MAX_LINE, MAX_PAYLOAD);
        parser.oneAccount(share.isOneAccounts());
        return new End(route, queue, parser, reason -> routes.onClosed(route, reason));
    }

    private End leaf(Leaf leaf, OutboundQueue queue, TopologyLink link) {
        LeafNodes leaves = router.leafs();
        leaves.onOpen(leaf, "");
        leaves.onJoined(leaf, terms(link));
        return new End(
                leaf,
                queue,
                new LeafParser(MAX_LINE, MAX_PAYLOAD),
                reason -> leaves.onClosed(leaf, reason));
    }

    /** Something else may cross a leaf node's link from now on. */
    void rejoin(TopologyLink link) {
        router.leafs().onJoined((Leaf) ends.get(link).sender, terms(link));
        settle();
    }

    private LeafTerms terms(TopologyLink link) {
        boolean spoke = link.one == number;
        int remote = spoke ? link.other : link.one;
        List<String> up = link.deniedUp;
        List<String> down = link.deniedDown;
        return new LeafTerms(
                spoke ? link.account : link.otherAccount,
                "server" + remote,
                topology.of(remote).name(),
                spoke,
                true,
                !spoke && link.isolated,
                spoke ? mayDo(down, up) : mayDo(up, down),
                spoke ? mayDo(up, down) : mayDo(down, up));
    }

    private static @Nullable Permissions mayDo(List<String> notPublish, List<String> notGet) {
        if (notPublish.isEmpty() && notGet.isEmpty()) {
            return null;
        }
        return new Permissions(
                new PermissionOptions(
                        new SubjectRules(null, notPublish), new SubjectRules(null, notGet), null),
                VerdictRoom.ofConfiguration());
    }

    private End gateway(Gateway gateway, OutboundQueue queue, int remote) {
        Gateways all = router.gateways();
        gateways.put(gateway, topology.of(remote).name());
        all.onOpen(gateway);
        if (gateway.outbound) {
            all.onOutbound(gateway, "server" + remote, true, true);
        } else {
            all.onInbound(gateway, "server" + remote);
        }
        return new End(
                gateway,
                queue,
                new GatewayParser(MAX_LINE, MAX_PAYLOAD),
                reason -> all.onClosed(gateway, reason));
    }

    /** Notices that a link is gone. */
    void close(TopologyLink link) {
        ends.remove(link).closing.accept(CloseReason.CLIENT_CLOSED);
        settle();
    }

    boolean has(TopologyLink link) {
        return ends.containsKey(link);
    }

    /** What is on its way over a link. */
    String take(TopologyLink link) {
        End end = ends.get(link);
        return end == null ? "" : new String(OutboundBytes.take(end.queue), ISO_8859_1);
    }

    /** The other end of a link has said something. */
    void hear(TopologyLink link, String said) {
        End end = ends.get(link);
        RouterFixture.say(router, end.sender, end.parser, said, memory);
        settle();
    }

    /** No link ends unless the run wants it. */
    private final class Watched extends RouterFixture.CountingPeer {
        private final TopologyLink link;

        Watched(TopologyLink link) {
            this.link = link;
        }

        @Override
        public void close(CloseReason reason) {
            errors.add(link + " was closed: " + reason.text());
        }
    }

    // --- rest

    private void settle() {
        router.flush(0);
    }

    /** Does all that can wait; whether there was any. */
    boolean workOff() {
        boolean some = router.hasWork();
        while (router.workOff()) {
            // all of it
        }
        settle();
        return some;
    }

    /** What has gone wrong. */
    List<String> errors() {
        return errors;
    }

    void end() {
        List.copyOf(ends.keySet()).forEach(this::close);
        workOff();
        clients.end();
    }

    @Override
    public void close() {
        clients.close();
    }
}
