package io.millrace.broker.routing;

import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.crossing.Latency;
import io.millrace.broker.routing.crossing.LatencyWatcher;
import io.millrace.broker.routing.crossing.PendingReplies;
import io.millrace.broker.routing.crossing.RemoteLatency;
import io.millrace.broker.routing.interest.ForeignInterest;
import io.millrace.broker.routing.interest.InterestMemory;
import io.millrace.broker.routing.interest.LeafInterest;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.interest.Sharing;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.match.SublistStats;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.FrameRouting;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.MissedDeadlines;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Ownership;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.PendingBounds;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.StallWatcher;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.broker.routing.trace.TraceWatcher;
import io.millrace.broker.routing.watch.InterestWatches;
import io.millrace.protocol.Frame;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Owns all routing state; all that concerns it comes in here: frames, what happens to connections
 * of any kind, and changes of the server as a whole. What concerns only {@linkplain Clients
 * clients}, {@linkplain Admission who they are} or {@linkplain ClusterRoutes routes} comes in
 * there.
 *
 * <p>It and its parts belong to the routing thread, which is whoever consumes the ring. A stretch
 * of frames comes in through {@link #onFrames}; what it causes is appended to outbound queues, and
 * {@link #flush} sends it, once for the whole stretch.
 */
public final class Router {
    private RouterLimits limits;
    private final Tracer tracer;
    private final ChunkPool chunks;
    private final Ledger ledger;
    private final Matcher matcher;
    private final Departures departures = new Departures();
    private final Settlement settlement;
    final Counters counters = new Counters();
    final SlowConsumers slow = new SlowConsumers();
    private final Accounts accounts = new Accounts();
    private final Peers peers = new Peers();
    private final Presence presence = new Presence();
    private final Outbox outbox;
    private final RoutedInterest routed;
    private final Subscribing subscribing;
    private final Delivery delivery;
    private final Sharing sharing;
    private final Crossings crossings;
    private final Latency latency;
    private final Tracing tracing;
    private final DirectReplies direct;
    private final SubjectMapper mapper;
    private final MissedDeadlines missedDeadlines;
    private final Pings pings;
    private final Clients clients;
    private final AccountBounds bounds;
    private final Admission admission;
    private final ClusterRoutes routes;
    private final LeafNodes leaves;
    private final Gateways gateways;
    private final Frames frames;
    private final InterestWatches watches;
    private final Services services;
    private final Audience audience;
    private final MessageWriter writer = new MessageWriter();
    private final Ownership ownership = new Ownership();

    /** Moved along the stretch that is being routed. */
    private final Frame frame = new Frame();

    /** When the stretch came that is being routed. */
    private long stretchNs;

    /**
     * Makes a router without clients.
     *
     * @param info what clients are told about the server
     * @param pick chooses among the members of queue groups
     * @param traced how much of the protocol traces show
     */
    public Router(
            RouterLimits limits,
            ServerInfo info,
            ChunkPool chunks,
            QueuePick pick,
            ServerLog log,
            LogOptions traced) {
        this.limits = limits;
        this.chunks = chunks;
        ledger = chunks.ledger();
        tracer = new Tracer(log, traced);
        outbox = new Outbox(limits, log, tracer, counters, slow, ownership);
        matcher = new Matcher(ledger);
        settlement = new Settlement(ledger, log, outbox, this::debtors);
        InterestMemory memory = new InterestMemory(ledger, settlement);
        routed =
                new RoutedInterest(
                        ledger, tracer, matcher, outbox, accounts, counters, memory, departures);
        subscribing =
                new Subscribing(
                        limits, log, tracer, matcher, outbox, counters, routed, memory, departures);
        latency = new Latency(pick);
        RemoteLatency remoteLatency = new RemoteLatency(latency);
        tracing = new Tracing(outbox, routed, pick);
        direct = new DirectReplies(routed);
        delivery =
                new Delivery(
                        limits,
                        writer,
                        tracer,
                        matcher,
                        subscribing,
                        outbox,
                        counters,
                        slow,
                        remoteLatency,
                        tracing,
                        direct);
        missedDeadlines = new MissedDeadlines(log, outbox, counters, slow);
        pings = new Pings(limits, tracer, outbox, counters);
        clients =
                new Clients(
                        limits,
                        info,
                        peers,
                        log,
                        outbox,
                        pings,
                        counters,
                        slow,
                        subscribing,
                        new ClientWire(writer),
                        ledger,
                        settlement,
                        presence);
        bounds = new AccountBounds(outbox);
        admission = new Admission(outbox, accounts, subscribing, ledger, presence, bounds);
        LeafInterest leafInterest =
                new LeafInterest(
                        matcher, outbox, counters, memory, departures, routed, subscribing);
        leaves =
                new LeafNodes(
                        peers,
                        log,
                        outbox,
                        pings,
                        counters,
                        slow,
                        accounts,
                        leafInterest,
                        writer,
                        settlement,
                        new PermitMemory(ledger),
                        direct,
                        presence);
        ForeignInterest gatewayInterest =
                new ForeignInterest(
                        matcher, outbox, counters, memory, departures, accounts, routed);
        gateways =
                new Gateways(
                        peers,
                        log,
                        outbox,
                        pings,
                        counters,
                        slow,
                        gatewayInterest,
                        direct,
                        writer,
                        settlement);
        routes =
                new ClusterRoutes(
                        peers,
                        log,
                        outbox,
                        pings,
                        counters,
                        slow,
                        accounts,
                        routed,
                        writer,
                        settlement);
        sharing = new Sharing(matcher, accounts, routed, subscribing);
        crossings =
                new Crossings(
                        new PendingReplies(ledger, settlement, latency),
                        routed,
                        latency,
                        pick,
                        tracing);
        Publishing publishing =
                new Publishing(matcher, delivery, pick, routed, subscribing, crossings, direct);
        mapper = new SubjectMapper(publishing, pick);
        Message message = new Message();
        Run run = new Run();
        ClientFrames clientFrames =
                new ClientFrames(
                        frame,
                        message,
                        run,
                        tracer,
                        matcher,
                        outbox,
                        counters,
                        publishing,
                        mapper,
                        delivery,
                        subscribing,
                        clients,
                        remoteLatency,
                        tracing,
                        direct);
        ForeignMessages foreign =
                new ForeignMessages(frame, run, tracer, outbox, publishing, mapper, tracing);
        RouteFrames routeFrames =
                new RouteFrames(frame, message, tracer, counters, routed, pings, routes, foreign);
        LeafFrames leafFrames =
                new LeafFrames(
                        frame,
                        message,
                        tracer,
                        matcher,
                        counters,
                        leafInterest,
                        pings,
                        leaves,
                        foreign);
        GatewayFrames gatewayFrames =
                new GatewayFrames(
                        frame,
                        message,
                        tracer,
                        counters,
                        gatewayInterest,
                        pings,
                        gateways,
                        foreign);
        frames = new Frames(clientFrames, routeFrames, leafFrames, gatewayFrames);
        watches = new InterestWatches(ledger, accounts);
        services = new Services(log, accounts, publishing, subscribing, watches, outbox, message);
        presence.serve(services::serve);
        sharing.serve(services::serve);
        audience = new Audience(accounts);
        clients.watchInfo(this::isCalled);
    }

    /** What others are told of the server is something else. */
    private void isCalled(ServerInfo info) {
        crossings.from(info.serverName(), info.cluster());
        sharing.inCluster(info.cluster());
    }

    /** The clients there are. */
    public Clients clients() {
        return clients;
    }

    /** Who they are. */
    public Admission admission() {
        return admission;
    }

    /** The routes to other servers. */
    public ClusterRoutes routes() {
        return routes;
    }

    /** The connections of leaf nodes, of either side. */
    public LeafNodes leafs() {
        return leaves;
    }

    /** The gateways to other clusters. */
    public Gateways gateways() {
        return gateways;
    }

    /** What the server itself does with messages. */
    public Services services() {
        return services;
    }

    /** Whose it is. */
    public Ownership ownership() {
        return ownership;
    }

    // --- frames

    private record Frames(
            ClientFrames clients, RouteFrames routes, LeafFrames leaves, GatewayFrames gateways)
            implements FrameRouting {
        @Override
        public void of(Client client, int count, long nowNs) {
            clients.route(client, count, nowNs);
        }

        @Override
        public void of(Route route, int count, long nowNs) {
            routes.route(route, count, nowNs);
        }

        @Override
        public void of(Leaf leaf, int count, long nowNs) {
            leaves.route(leaf, count, nowNs);
        }

        @Override
        public void of(Gateway gateway, int count, long nowNs) {
            gateways.route(gateway, count, nowNs);
        }
    }

    /** A stretch of frames from one connection, in the order it sent them. */
    public void onFrames(Sender sender, FrameBlock block, long nowNs) {
        assert ownership.isMine() : "routing is another thread's";
        stretchNs = nowNs;
        frame.moveTo(block);
        sender.route(frames, block.count(), nowNs);
    }

    /**
     * Sends all that was caused since the last call, with one flush for each client it is for, and
     * closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     */
    public void flush(long readNs) {
        assert ownership.isMine() : "routing is another thread's";
        if (ledger.isOverdrawn()) {
            if (ledger.excess(Debt.Store.NATIVE) > 0) {
                chunks.trim();
            }
            if (ledger.excess(Debt.Store.HEAP) > 0) {
                matcher.trim();
            }
            settlement.settle(Debt.Store.NATIVE);
            settlement.settle(Debt.Store.HEAP);
        }
        services.beforeFlush();
        outbox.flush(readNs, stretchNs);
    }

    /**
     * Does a little of what can wait.
     *
     * @return whether something is left to do
     */
    public boolean workOff() {
        assert ownership.isMine() : "routing is another thread's";
        departures.step();
        sharing.step();
        services.step();
        watches.step();
        return hasWork();
    }

    /** Whether something is left to {@linkplain #workOff work off}. */
    public boolean hasWork() {
        return !departures.isEmpty()
                || sharing.isWaiting()
                || services.isWaiting()
                || watches.isWaiting();
    }

    /** All for whom something is kept. */
    private Iterator<Peer> debtors() {
        return Stream.concat(
                        peers.all().stream(), StreamSupport.stream(departures.spliterator(), false))
                .iterator();
    }

    /** What others are told. */
    Outbox outbox() {
        return outbox;
    }

    /** What is kept in all. */
    public Ledger ledger() {
        return ledger;
    }

    // --- peers, whatever is at their other end

    /** Something went wrong in this server with what a peer sent; the peer ends therefore. */
    public void onDefect(Peer peer, Throwable defect) {
        outbox.defect(peer, defect);
    }

    /** Shows something a client sent in the trace. */
    public void onTrace(Peer peer, String operation) {
        tracer.in(peer, operation);
    }

    /** Somebody isn't let in; an error says so to everybody else, and this to who looks closer. */
    public void onRefusal(Peer peer, String why) {
        if (!peer.closing) {
            outbox.debug(peer, why);
        }
    }

    /** A message is refused for its size, and the connection with it; told before its end. */
    public void onTooLarge(Peer peer, ProtocolParser.TooLarge message) {
        Account account = peer.account;
        if (account != null && !peer.closing) {
            tracing.tooLarge(peer, account, message);
        }
    }

    /** Something was said that ends a connection. */
    public void onError(Peer peer, ProtocolError error, CloseReason reason, String detail) {
        if (peer.closing) {
            return;
        }
        if (!detail.isEmpty()) {
            outbox.error(peer, detail);
        }
        outbox.fail(peer, error, reason);
    }

    /** What came from somebody can't be read, which ends the connection without a word. */
    public void onUnreadable(Peer peer, String why) {
        if (!peer.closing) {
            outbox.error(peer, "read error: " + why);
            outbox.end(peer, CloseReason.READ_ERROR);
        }
    }

    /**
     * It is time for a sign of life.
     *
     * @param alive whether it sent something within the last ping interval, so that it is not stale
     *     whatever it has answered
     * @param spared whether that will do, and it isn't asked as well
     * @param nowNs the time, {@link System#nanoTime}
     */
    public void onPingTimer(Peer peer, boolean alive, boolean spared, long nowNs) {
        pings.onTimer(peer, alive, spared, nowNs);
        expire(nowNs);
    }

    /** Forgets what has been remembered for long enough. */
    void expire(long nowNs) {
        crossings.expire(nowNs);
        routed.beyond().recent().expire(nowNs);
    }

    /**
     * The kernel has not taken in time all that was flushed to a peer.
     *
     * @param goesOn whether the peer gets as much time again
     */
    public void onWriteDeadline(Peer peer, String deadline, int chunkCount, boolean goesOn) {
        if (!peer.closing) {
            missedDeadlines.missed(peer, deadline, chunkCount, goesOn);
        }
    }

    /** A flush was taken in time, of a peer that had missed its write deadline. */
    public void onWriteDeadlineKept(Peer peer, long tookNs, int chunkCount, long bytes) {
        if (!peer.closing) {
            missedDeadlines.kept(peer, tookNs, chunkCount, bytes);
        }
    }

    /** Closes a connection that did nothing wrong. */
    public void onClose(Peer peer, CloseReason reason) {
        if (!peer.closing) {
            outbox.end(peer, reason);
        }
    }

    /** All there are, by number. */
    Peers peersById() {
        return peers;
    }

    /** All connections, for someone who will close them. */
    public List<Peer> peers() {
        return peers.list();
    }

    /** Number of connections. */
    public int peerCount() {
        return peers.count();
    }

    // --- the server as a whole

    /** The account of clients that have not said who they are. */
    public Account globalAccount() {
        return accounts.global();
    }

    /**
     * From here on there are these accounts, be anybody in them or not, and the global one. Those
     * who are in others are about to be told, by {@link #onReload}.
     */
    public void onAccounts(List<AccountPlan> plans) {
        List<Peer> all = new ArrayList<>(peers.all());
        services.peers().forEach(all::add);
        sharing.share(plans, all, leaves.list());
    }

    /** The account of what the server says of itself; empty for none. Called at the start. */
    public void onSystemAccount(String name) {
        crossings.systemAccount(name);
        clients.systemAccount(name);
        tracing.systemAccount(name);
    }

    /** How many clients accounts have at other servers; for those that aren't named it stays. */
    public void onClientsElsewhere(Map<String, Integer> counts) {
        counts.forEach(
                (name, clients) ->
                        account(name)
                                .ifPresent(
                                        account -> {
                                            account.clientsElsewhere = clients;
                                            bounds.holdWithThoseElsewhere(
                                                    account,
                                                    this.clients.byCid.descendingMap().values());
                                        }));
    }

    /** Somebody is told of traced messages from here on. */
    public void onTraces(TraceWatcher watcher) {
        tracing.watch(watcher);
    }

    Collection<Account> accounts() {
        return accounts.all();
    }

    /** How many accounts have clients. */
    int inhabitedAccounts() {
        return presence.inhabited();
    }

    /** Those whose names come behind another, in the order of their names. */
    Collection<Account> accountsAfter(String name) {
        return accounts.after(name);
    }

    /** The account of a name; nothing if there is none. */
    Optional<Account> account(String name) {
        return Optional.ofNullable(accounts.named(name));
    }

    /**
     * Whether anybody would get a message, here or elsewhere.
     *
     * @param accountName nobody would if there is no such account
     * @param subject literal; its bytes are taken for characters
     */
    public boolean hears(String accountName, String subject) {
        return audience.hears(accountName, subject);
    }

    /** See {@link Inspection#subscribers}. */
    long subscribers(String account, String subject, @Nullable String queue) {
        return audience.count(account, subject, queue);
    }

    /**
     * The server's options are others: one change, as far as clients can tell.
     *
     * @param newInfo what clients are told about the server
     * @param traced how much of the protocol traces show
     * @param users who is let in, and what they may do
     */
    public void onReload(
            RouterLimits newLimits, ServerInfo newInfo, LogOptions traced, Reassessment users) {
        limits = newLimits;
        outbox.use(limits);
        subscribing.use(limits);
        delivery.use(limits);
        pings.use(limits);
        tracer.show(traced);
        admission.reassess(clients.list(), users);
        bounds.hold(clients.list());
        clients.onReload(limits, newInfo);
    }

    /** Wakes by this from here on. */
    public void onAlarmClock(Alarm alarm) {
        crossings.wakeBy(alarm);
    }

    /** What the alarm was for is due. */
    public void onAlarm(long nowNs) {
        assert ownership.isMine() : "routing is another thread's";
        crossings.onAlarm(nowNs);
    }

    /** Latencies of requests into other accounts are watched from here on. */
    public void onWatcher(LatencyWatcher watcher) {
        latency.watch(watcher);
    }

    /** Clients are watched from here on, by one more. */
    public void onWatcher(ClientWatcher watcher) {
        presence.watch(watcher);
    }

    /** Whoever begins to be too slow is told from here on; nobody may wait there. */
    public void onSlowWatcher(Consumer<SlowConsumer> watcher) {
        slow.watch(watcher);
    }

    /** Connections to other servers are watched from here on. */
    public void onLinkWatcher(LinkWatcher watcher) {
        routes.watch(watcher);
        leaves.watch(watcher);
        gateways.watch(watcher);
    }

    /** Producers that are held back are watched from here on. */
    public void onStallWatcher(StallWatcher watcher) {
        delivery.watch(watcher);
    }

    /** Uses a subject cache from here on. */
    public void onCache(SubjectCache cache) {
        matcher.use(cache);
    }

    /** Number of subscriptions of all accounts, but for those of services, here and elsewhere. */
    public int subscriptionCount() {
        return accounts.all().stream().mapToInt(Account::subscriptions).sum();
    }

    /** Number of requests that have crossed into other accounts and wait for their answers. */
    int awaitedAnswers() {
        return crossings.awaitedAnswers();
    }

    /** How often a connection was too slow. */
    public long slowConsumers() {
        return counters.slowConsumers;
    }

    /** What the subscriptions and the cache of their matches do. */
    SublistStats sublistStats() {
        return matcher.stats(
                subscriptionCount(),
                counters.inserts,
                counters.removes,
                counters.traffic.inMessages);
    }

    /** How much may wait for peers. */
    PendingBounds pendingBounds() {
        return limits.pending();
    }

    /** Frees what the router allocated; every client must be gone. */
    public void close() {
        services.close();
        watches.close();
        audience.close();
        matcher.close();
        chunks.close();
        writer.close();
        delivery.close();
        mapper.close();
        crossings.close();
        direct.close();
    }
}
