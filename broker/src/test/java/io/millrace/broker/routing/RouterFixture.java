package io.millrace.broker.routing;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SidText;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Teller;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.millrace.protocol.ServerInfo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A router without a server around it, and clients without a connection. */
public final class RouterFixture implements AutoCloseable {
    private final ChunkPool chunks;
    private final List<OutboundQueue> queues = new ArrayList<>();
    public final Router router;

    public RouterFixture(ServerLog log) {
        this(log, MemoryBounds.NONE);
    }

    /** A router that may keep so much. */
    public RouterFixture(ServerLog log, MemoryBounds memory) {
        this(log, memory, 64 * 1024 * 1024, 1, false);
    }

    /** A router that may keep so much in all, and so much for each client that waits for it. */
    public RouterFixture(ServerLog log, MemoryBounds memory, long maxPendingBytes) {
        this(log, memory, maxPendingBytes, 1, false);
    }

    private RouterFixture(
            ServerLog log,
            MemoryBounds memory,
            long maxPendingBytes,
            long seed,
            boolean stallProducers) {
        chunks = new ChunkPool(new Ledger(memory));
        router =
                new Router(
                        new RouterLimits(-1, 0, 0, maxPendingBytes, 2, stallProducers, 1000),
                        new ServerInfo(
                                "N", "n", "2", "0", "java", "::", 1, 1024, true, false, false,
                                false, false, "", List.of(), false),
                        chunks,
                        new QueuePick(seed),
                        log,
                        new OptionsBuilder().conclude(1).log());
    }

    /**
     * A router of a cluster's member.
     *
     * @param seed of the picks
     * @param pinned accounts that have routes of their own
     * @param others further accounts
     */
    public static RouterFixture clustered(
            ServerLog log, long seed, int poolSize, Set<String> pinned, Set<String> others) {
        RouterFixture fixture =
                new RouterFixture(log, MemoryBounds.NONE, 64 * 1024 * 1024, seed, false);
        Set<String> accounts = new HashSet<>(others);
        accounts.addAll(pinned);
        fixture.router.onAccounts(accounts(accounts));
        fixture.router.routes().joinCluster(Math.max(1, poolSize), pinned, null, 2);
        return fixture;
    }

    /**
     * A router of a cluster's member.
     *
     * @param seed of the picks
     * @param maxPendingBytes that may wait for each client
     * @param stallProducers whether who sends to a slow client waits for it
     */
    public static RouterFixture spreading(
            ServerLog log, long seed, long maxPendingBytes, boolean stallProducers) {
        RouterFixture fixture =
                new RouterFixture(log, MemoryBounds.NONE, maxPendingBytes, seed, stallProducers);
        fixture.router.routes().joinCluster(1, Set.of(), null, 2);
        return fixture;
    }

    /** Has somebody say something, as one stretch or as many as it takes. */
    public static void say(
            Router router,
            Sender sender,
            ProtocolParser parser,
            String commands,
            NativeBlock memory) {
        byte[] bytes = commands.getBytes(StandardCharsets.ISO_8859_1);
        Region region = memory.region();
        region.put(0, bytes);
        FrameBlock frames = new FrameBlock(64);
        try {
            int done = 0;
            while (done < bytes.length) {
                frames.reset(region);
                parser.parse(region, done, bytes.length, frames);
                if (parser.consumed() == done) {
                    throw new IllegalArgumentException("not a whole command");
                }
                done = parser.consumed();
                router.onFrames(sender, frames, 1);
            }
        } finally {
            frames.free();
        }
    }

    /** What others are told. */
    Outbox outbox() {
        return router.outbox();
    }

    /** Where its queues' memory comes from. */
    public ChunkPool chunks() {
        return chunks;
    }

    /** A queue that is freed with the fixture. */
    public OutboundQueue queue() {
        OutboundQueue queue = new OutboundQueue(chunks);
        queues.add(queue);
        return queue;
    }

    /** What a configuration says of accounts. */
    public static List<AccountPlan> plans(AccountOptions... accounts) {
        return Stream.of(accounts).map(AccountPlan::of).toList();
    }

    /** Accounts that share nothing. */
    public static List<AccountPlan> accounts(Set<String> names) {
        return names.stream().map(AccountPlan::none).toList();
    }

    /** Makes an account, if there is none of that name. */
    public void account(String name) {
        Set<String> names = new HashSet<>();
        router.accounts().forEach(account -> names.add(account.name));
        names.add(name);
        router.onAccounts(accounts(names));
    }

    /** Subscriptions of an account that show. */
    public int subscriptions(String name) {
        return router.account(name).orElseThrow().subscriptions();
    }

    /** A client of an account that has sent CONNECT. */
    public Client connected(long cid, String account, FarEnd end, OutboundQueue queue) {
        Client client = new Client(cid, "127.0.0.1", 1, router.globalAccount(), "", end, queue);
        router.clients().onOpen(client);
        ConnectOptions quiet =
                new ConnectOptions(
                        false,
                        false,
                        true,
                        true,
                        true,
                        false,
                        1,
                        "",
                        "",
                        "",
                        "",
                        false,
                        ConnectOptions.Credentials.NONE);
        router.admission()
                .onConnect(client, quiet, new Identity(Identity.Kind.NONE, "", account, null));
        return client;
    }

    /** What another server has told over a route: {@code account subject queue}, and weights. */
    public static Map<String, Integer> interest(Route route) {
        Map<String, Integer> interest = new TreeMap<>();
        route.interest().forEach((key, told) -> interest.put(key.strip(), told.weight));
        return interest;
    }

    /** What clients are told about the server. */
    public ServerInfo info() {
        return router.clients().info();
    }

    /** Routes that are open, wherever they lead to. */
    public int routeCount() {
        return router.routes().count();
    }

    /** A client at {@code 127.0.0.1:1}, cid 1. */
    public Client client(FarEnd end) {
        return client(1, end);
    }

    /** A client at {@code 127.0.0.1:1}. */
    public Client client(long cid, FarEnd end) {
        return new Client(cid, "127.0.0.1", 1, router.globalAccount(), "", end, queue());
    }

    /** Connects clients of these numbers, each with so many subscriptions. */
    public void connect(long firstCid, long lastCid, int subscriptions) {
        connect(firstCid, lastCid, subscriptions, "");
    }

    /** The same, with subjects that end so. */
    public void connect(long firstCid, long lastCid, int subscriptions, String end) {
        for (long cid = firstCid; cid <= lastCid; cid++) {
            Client client = client(cid, new CountingPeer());
            router.clients().onOpen(client);
            for (int i = 0; i < subscriptions; i++) {
                byte[] sid = ("" + i).getBytes(StandardCharsets.US_ASCII);
                byte[] subject = ("s." + cid + "." + i + end).getBytes(StandardCharsets.US_ASCII);
                client.peer.subscriptions.put(
                        "" + i,
                        new Subscription(
                                client.peer,
                                client.account(),
                                subject,
                                new byte[0],
                                new SidText(sid)));
            }
        }
        router.flush(0);
    }

    /** A client subscribes to so much, and is gone. */
    public void leave(long cid, int subscriptions) {
        Client client = router.clients().byCid.get(cid);
        try (NativeBlock memory = NativeBlock.allocate(4096)) {
            for (int i = 0; i < subscriptions; i++) {
                String subscribe = "SUB leaving." + i + " " + i + "\r\n";
                say(router, client, new CommandParser(4096, 1024), subscribe, memory);
            }
        }
        router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    /** A client that was only {@linkplain #connect connected} is gone without a trace. */
    void forget(Client client) {
        router.clients().byCid.remove(client.peer.id);
        router.peersById().remove(client.peer);
        queues.remove(client.peer.outbound);
        client.peer.outbound.release();
    }

    /** Adds routes of these numbers to a server each, which has told so much interest. */
    public void connectRoutes(long firstRid, long lastRid, int interest) {
        for (long rid = firstRid; rid <= lastRid; rid++) {
            Route route = route(rid);
            router.routes().onOpen(route);
            router.routes().onJoined(route, "server-" + rid, true, RouteShare.of(0));
            for (int i = 0; i < interest; i++) {
                tell(route, "r." + rid + "." + i);
            }
        }
        router.flush(0);
    }

    /** Adds the connection of a leaf node of the global account that has told so much interest. */
    public void connectLeaf(long id, int interest) {
        Leaf leaf = leaf(id);
        for (int i = 0; i < interest; i++) {
            tell(leaf, "l." + id + "." + i);
        }
        router.flush(0);
    }

    /** The connection of a leaf node of the global account. */
    Leaf leaf(long id) {
        Leaf leaf = new Leaf(id, Remote.socket("127.0.0.1", 1), new CountingPeer(), queue());
        router.leafs().onOpen(leaf, "");
        router.leafs()
                .onJoined(leaf, new LeafTerms("$G", "spoke", "", false, true, false, null, null));
        return leaf;
    }

    /** Adds a gateway that leads nowhere yet, though its other end has told so much interest. */
    public void connectGateway(long id, int interest) {
        Gateway gateway = new Gateway(id, "127.0.0.1", 1, true, new CountingPeer(), queue());
        router.gateways().onOpen(gateway);
        for (int i = 0; i < interest; i++) {
            tell(gateway, "g." + id + "." + i);
        }
        router.flush(0);
    }

    /** A route at {@code 127.0.0.1:1} that leads nowhere yet. */
    public Route route(long rid) {
        OutboundQueue queue = new OutboundQueue(chunks);
        queues.add(queue);
        return new Route(rid, "127.0.0.1", 1, new CountingPeer(), queue);
    }

    /** Another server is interested in a subject, though no message will go there. */
    public void tell(Teller teller, String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        teller.interest()
                .put(
                        "$G " + subject + " ",
                        new RemoteInterest(
                                teller.peer(), router.globalAccount(), bytes, new byte[0], 1));
    }

    /** Frees all there is; on the routing thread, as ever. */
    @Override
    public void close() {
        queues.forEach(OutboundQueue::release);
        router.close();
    }

    /** Does nothing but count. */
    public static class CountingPeer implements FarEnd {
        public int flushes;

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close(CloseReason reason) {}

        @Override
        public boolean stall(OutboundQueue slow, PendingBound bound) {
            return true;
        }

        @Override
        public void reconfigure() {}
    }
}
