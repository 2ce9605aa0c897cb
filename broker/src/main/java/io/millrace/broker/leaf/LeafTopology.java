package io.millrace.broker.leaf;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.cluster.ErrorReports;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.LeafNodes;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafFacts;
import io.millrace.broker.routing.peer.LeafWatcher;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.LeafConnect;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps this server connected to what it is a leaf node of, and takes in its own leaf nodes: hears
 * of all that happens to the connections, and has the right part deal with it. Routing thread.
 *
 * <p>The other servers may be the reference: what is said, when and in which order is its protocol.
 * A new connection goes through the {@link LeafHandshake}; {@link Soliciting} connects again where
 * one was lost; {@link LeafReload} takes over other options.
 */
public final class LeafTopology implements LeafWatcher {
    private static final long LOOP_DELAY_MS = 30_000;
    private static final String DELAYING = "Delaying attempt to reconnect for ";

    private final ThisServer self;
    private final Soliciting soliciting;
    private final JoinedLeafs joined = new JoinedLeafs();
    private final LeafHandshake handshake;
    private final LeafReload reload;
    private final LeafNodes leafs;
    private final LeafHandshake.Surroundings around;
    private final Map<Leaf, LeafSession> sessions = new LinkedHashMap<>();
    private boolean ended;

    /**
     * What it has to know of this server.
     *
     * @param systemAccount its name; empty for none
     * @param hasJetStream which accounts have JetStream here
     * @param defaultDomains the domains whose JetStream accounts use by default, by the account's
     *     name
     * @param reports how often failures to connect are worth an error: first, and again
     * @param limits what accounts are held to
     */
    public record Place(
            String systemAccount,
            Predicate<String> hasJetStream,
            Map<String, String> defaultDomains,
            ErrorReports reports,
            Function<String, AccountLimits> limits) {}

    /**
     * Makes one without connections.
     *
     * @param own what this server says of itself
     * @param seed of the delays, and the order of URLs
     */
    public LeafTopology(
            LeafOptions options,
            LinkInfo own,
            Place place,
            Router router,
            LeafDialer dialer,
            ServerLog log,
            long seed) {
        leafs = router.leafs();
        self = new ThisServer(options, own);
        around = new Around(router, place);
        soliciting = new Soliciting(self, dialer, place.reports(), log, seed);
        handshake = new LeafHandshake(self, leafs, around, joined);
        reload = new LeafReload(self, soliciting, handshake, leafs, log);
    }

    private record Around(Router router, Place place) implements LeafHandshake.Surroundings {
        @Override
        public String cluster() {
            return router.clients().clusterName();
        }

        @Override
        public String systemAccount() {
            return place.systemAccount();
        }

        @Override
        public boolean hasJetStream(String account) {
            return place.hasJetStream().test(account);
        }

        @Override
        public Map<String, String> defaultDomains() {
            return place.defaultDomains();
        }

        @Override
        public AccountLimits limits(String account) {
            return place.limits().apply(account);
        }

        @Override
        public boolean headers() {
            return router.clients().headers();
        }
    }

    /**
     * Begins: dials the remotes that are configured.
     *
     * @param inCluster whether there are other servers to find before one is dialed for the system
     *     account
     */
    public void start(boolean inCluster) {
        leafs.watch(this);
        for (LeafRemote remote : self.options().remotes()) {
            soliciting.add(remote, inCluster && remote.account().equals(around.systemAccount()));
        }
    }

    /** Whether an account has leaf nodes or hubs that are connected. Any thread. */
    public boolean hasLeafs(String account) {
        return joined.has(account);
    }

    /** Dials nobody any more. */
    public void end() {
        ended = true;
        soliciting.end();
    }

    /** This server is about to leave: it takes no more leaf nodes in, and dials nobody. */
    public void onLameDuck() {
        self.leave();
    }

    /** Other servers of the cluster take leaf nodes there. */
    public void onClusterUrls(List<String> urls) {
        self.others(urls);
        tellUrls();
    }

    /** The same of leaf nodes that come by WebSocket. */
    public void onWebSocketUrls(List<String> urls) {
        if (self.othersByWebSocket(urls)) {
            tellUrls();
        }
    }

    private void tellUrls() {
        byte[] line = self.info(around.cluster()).line();
        for (LeafSession session : sessions.values()) {
            if (session.joined && !session.isSolicited() && !session.leaf.peer().isClosing()) {
                leafs.send(session.leaf, line);
            }
        }
    }

    /**
     * Other options hold from here on.
     *
     * @param info what this server says of itself by them
     * @param welcome who the other side of a connection is now; null if it can't stay
     * @param pins public keys that leaf nodes may have; empty for any
     */
    public void onReload(
            LeafOptions options,
            LinkInfo info,
            Function<LeafSession, @Nullable Identity> welcome,
            Set<String> pins) {
        reload.run(options, info, List.copyOf(sessions.values()), welcome, pins);
    }

    // --- what happens to connections

    /** A connection begins its TLS handshake. */
    public void onHandshake(LeafSession session) {
        sessions.put(session.leaf, session);
        leafs.onHandshake(session.leaf, session.isSolicited());
    }

    /** A connection is secured; one that was accepted is greeted, unless it was. */
    public void onSecured(LeafSession session, TlsSession agreed) {
        session.tls = agreed;
        leafs.onSecured(session.leaf, agreed);
        greet(session);
    }

    /** A connection is open; it is greeted later. */
    public void onOpenSilently(LeafSession session) {
        if (session.leaf.peer().isClosing()) {
            return;
        }
        sessions.put(session.leaf, session);
        LeafTarget target = session.target;
        leafs.onOpen(session.leaf, target == null ? " " : " for account: " + session.account + " ");
        if (target == null) {
            if (session.isByWebSocket()) {
                leafs.debug(session.leaf, "Leafnode compression=" + session.deflates);
            }
            return;
        }
        Remote remote = target.remote();
        remote.wasConnected = true;
        remote.session = session;
        if (!soliciting.isWanted(remote)) {
            session.isOver = true;
            leafs.end(session.leaf, CloseReason.CLIENT_CLOSED);
        } else if (!leafs.hasAccount(session.account)) {
            leafs.error(
                    session.leaf,
                    "Unable to lookup account "
                            + session.account
                            + " for solicited leafnode connection: account missing");
            leafs.end(session.leaf, CloseReason.MISSING_ACCOUNT);
        }
    }

    /** A connection is open: this server begins to speak, if it was dialed. */
    public void onOpen(LeafSession session) {
        onOpenSilently(session);
        greet(session);
    }

    /** What was dialed is a WebSocket from here on. */
    public void onWebSocket(LeafSession session, boolean compressed, boolean masked) {
        session.deflates = compressed;
        leafs.debug(session.leaf, "Leafnode compression=" + compressed + " masking=" + masked);
    }

    /** What was dialed doesn't become a WebSocket. */
    public void onWebSocketFailed(LeafSession session, String cause) {
        if (!session.leaf.peer().isClosing()) {
            leafs.error(session.leaf, "Error soliciting websocket connection: " + cause);
            leafs.end(session.leaf, CloseReason.READ_ERROR);
        }
    }

    /** It is time to say who this server is. */
    public void greet(LeafSession session) {
        if (!session.leaf.peer().isClosing()) {
            handshake.greet(session);
        }
    }

    /** The other side has been dialed, and isn't a port for leaf nodes. */
    public void onWrongPort(LeafSession session) {
        if (!session.leaf.peer().isClosing()) {
            leafs.error(session.leaf, "attempted to connect to wrong port");
            leafs.end(session.leaf, CloseReason.INCORRECT_PORT);
        }
    }

    /**
     * The other side sent INFO.
     *
     * @param first whether it is the first
     * @param agreed how this server compresses, by what both have said first; null if the other one
     *     has said something unknown
     * @param proof what proves who this server is, if it is its turn to; otherwise null
     */
    public void onInfo(
            LeafSession session,
            LinkInfo info,
            boolean first,
            @Nullable Mode agreed,
            @Nullable Credentials proof) {
        if (session.leaf.peer().isClosing()) {
            return;
        }
        if (first && !handshake.agreeOnCompression(session, info.compression(), agreed)) {
            return;
        }
        LeafTarget target = session.target;
        if (target == null || proof == null && !session.presented) {
            return;
        }
        Remote remote = target.remote();
        LeafRemote options = remote.options();
        List<String> urls = options.isByWebSocket() ? info.wsConnectUrls() : info.leafnodeUrls();
        if (!urls.isEmpty() && !options.ignoreDiscoveredServers()) {
            remote.heardOf(urls);
        }
        if (proof != null) {
            handshake.present(session, info, options, proof);
            if (!session.presented) {
                return;
            }
        } else if (!info.remoteAccount().isEmpty()) {
            session.remoteAccount = info.remoteAccount();
        }
        boolean answered = info.connectInfo() || proof != null && !info.infoOnConnect();
        if (!session.joined && answered) {
            joinRemote(session, info, options, remote);
        } else if (session.joined && (info.importRules() != null || info.exportRules() != null)) {
            handshake.joinRemote(session, info, options);
        }
    }

    private void joinRemote(LeafSession session, LinkInfo info, LeafRemote options, Remote remote) {
        if (joined.hasLeafOfItsCluster(session)) {
            onLoop(session, true);
        } else if (!soliciting.isWanted(remote)) {
            session.isOver = true;
            leafs.end(session.leaf, CloseReason.CLIENT_CLOSED);
        } else {
            handshake.joinRemote(session, info, options);
        }
    }

    /** The other side, which has dialed and proved who it is, sent CONNECT. */
    public void onConnect(LeafSession session, LeafConnect said, Identity identity) {
        if (!session.leaf.peer().isClosing()) {
            handshake.onConnect(session, said, identity);
        }
    }

    /**
     * The other side minds something.
     *
     * @param text as it came, in quotes
     */
    public void onErr(LeafSession session, String text) {
        Leaf leaf = session.leaf;
        if (leaf.peer().isClosing()) {
            return;
        }
        String shown = Quoted.utf8(text);
        leafs.error(leaf, "Leafnode Error " + shown);
        if (text.contains("remote leafnode has same cluster name")) {
            delay(session, LOOP_DELAY_MS);
            leafs.error(
                    leaf,
                    "Leafnode connection dropped with same cluster name error. "
                            + DELAYING
                            + "30s");
        } else if (text.contains("connection rejected since minimum version required is")) {
            delay(session, LeafHandshake.MINIMUM_VERSION_DELAY_MS);
            leafs.error(
                    leaf,
                    "Leafnode connection dropped due to minimum version requirement. "
                            + DELAYING
                            + "5s");
        } else if (text.contains("Loop detected")) {
            onLoop(session, false);
        }
    }

    private static void delay(LeafSession session, long ms) {
        LeafTarget target = session.target;
        if (target != null) {
            target.remote().extraDelayMs = ms;
        }
    }

    private void onLoop(LeafSession session, boolean tells) {
        delay(session, LOOP_DELAY_MS);
        String text =
                "Loop detected for leafnode account=\""
                        + Quoted.utf8(session.account)
                        + "\". "
                        + DELAYING
                        + "30s";
        if (tells) {
            leafs.refuse(session.leaf, text, CloseReason.PROTOCOL_VIOLATION);
        } else {
            leafs.error(session.leaf, text);
            leafs.end(session.leaf, CloseReason.PROTOCOL_VIOLATION);
        }
    }

    @Override
    public void onLoop(Leaf leaf) {
        LeafSession session = sessions.get(leaf);
        if (session != null && !leaf.peer().isClosing()) {
            onLoop(session, true);
        }
    }

    @Override
    public void onViolation(Leaf leaf) {
        LeafSession session = sessions.get(leaf);
        if (session != null) {
            delay(session, LOOP_DELAY_MS);
        }
    }

    @Override
    public void onPong(Leaf leaf) {
        LeafSession session = sessions.get(leaf);
        if (session != null) {
            session.roundTrip();
        }
    }

    /** A connection has ended. */
    public void onClosed(LeafSession session, CloseReason reason) {
        joined.remove(session);
        leafs.onClosed(session.leaf, reason);
        sessions.remove(session.leaf);
        LeafTarget target = session.target;
        if (target == null) {
            return;
        }
        Remote remote = target.remote();
        if (session.isOver || ended || self.isLeaving()) {
            remote.busy = false;
            remote.session = null;
            // Enabled again meanwhile, or never disabled for this one's sake.
            if (!ended && !self.isLeaving() && soliciting.isWanted(remote)) {
                soliciting.begin(remote, 0);
            }
            return;
        }
        soliciting.again(remote);
    }

    /** A server could not be connected to. */
    public void onDialFailed(LeafTarget target, int attempt, String cause) {
        soliciting.failed(target, attempt, cause);
    }

    // --- what monitoring asks

    @Override
    public LeafFacts factsOf(Leaf leaf) {
        LeafSession session = sessions.get(leaf);
        if (session == null) {
            return LeafFacts.UNKNOWN;
        }
        LeafTarget target = session.target;
        CompressionOptions options =
                target == null
                        ? self.options().compression()
                        : target.remote().options().compression();
        return session.facts(options);
    }
}
