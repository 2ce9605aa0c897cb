package io.millrace.broker.routing;

import io.millrace.broker.config.LogOptions;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SidText;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ServerInfo;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Owns all routing state and does what clients ask: subscribe, unsubscribe, publish.
 *
 * <p>Every method runs on the routing thread, which is whoever consumes the ring. A stretch of
 * frames comes in through {@link #onFrames}; what it causes is appended to outbound queues, and
 * {@link #flush} sends it, once for the whole stretch.
 */
public final class Router {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");

    private RouterLimits limits;
    private final ServerLog log;
    private Tracer tracer;
    private final QueuePick pick;
    private final ChunkPool chunks;
    private final MessageWriter writer = new MessageWriter();
    private final Matcher matcher = new Matcher();
    final NavigableMap<Long, Client> clients = new TreeMap<>();
    final Counters counters = new Counters();
    final SlowConsumers slow = new SlowConsumers();
    final ClosedClients closedClients;
    private final Account global = new Account(0, Account.GLOBAL);
    private final Map<String, Account> accounts =
            new LinkedHashMap<>(Map.of(Account.GLOBAL, global));
    private NativeBlock scratch = NativeBlock.allocate(Long.BYTES);
    private int scratchBytes = Long.BYTES;

    private ServerInfo info;

    /** When the stretch came that is being routed. */
    private long stretchNs;

    private Client[] dirty = new Client[64];
    private int dirtyCount;
    private final List<Client> ending = new ArrayList<>();

    /**
     * Makes a router without clients.
     *
     * @param info what clients are told about the server
     * @param pick chooses among the members of queue groups
     * @param maxTracedMsgLen bytes of a payload shown in traces; 0 for all
     * @param traceHeaders whether traces show the headers of messages only
     */
    public Router(
            RouterLimits limits,
            ServerInfo info,
            ChunkPool chunks,
            QueuePick pick,
            ServerLog log,
            int maxTracedMsgLen,
            boolean traceHeaders) {
        this.limits = limits;
        this.closedClients = new ClosedClients(limits.maxClosedClients());
        this.info = info;
        this.chunks = chunks;
        this.pick = pick;
        this.log = log;
        this.tracer = new Tracer(log, maxTracedMsgLen, traceHeaders);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The account of clients that have not said who they are. */
    public Account globalAccount() {
        return global;
    }

    // --- what connections say

    /** A connection was accepted: greets it, and takes it in or turns it away. */
    public void onOpen(Client client) {
        greet(client, info);
        onOpenSilently(client);
    }

    private void greet(Client client, ServerInfo shown) {
        client.greeted = true;
        send(client, shown.line(client.id, client.ip, "", client.nonce));
    }

    /**
     * A connection was accepted that is to be greeted later, by {@link #onGreet} or {@link
     * #onSecured}: takes it in or turns it away.
     */
    public void onOpenSilently(Client client) {
        counters.connections++;
        if (limits.maxConnections() >= 0 && clients.size() >= limits.maxConnections()) {
            log.error(client.label + " - " + ProtocolError.MAXIMUM_CONNECTIONS.text());
            fail(client, ProtocolError.MAXIMUM_CONNECTIONS, CloseReason.MAX_CONNECTIONS_EXCEEDED);
            return;
        }
        clients.put(client.id, client);
        debug(client, "Client connection created");
    }

    /** A client made us wait for its TLS handshake, and none came: greets it in the clear. */
    public void onGreet(Client client) {
        if (!client.closing) {
            greet(client, info);
        }
    }

    /** A client begins its TLS handshake. */
    public void onHandshake(Client client) {
        debug(client, "Starting TLS client connection handshake");
    }

    /** A client's TLS handshake is done; greets it if that is still to be done. */
    public void onSecured(Client client, TlsSession session) {
        if (client.closing) {
            return;
        }
        client.tls = session;
        debug(client, "TLS handshake complete");
        debug(
                client,
                "TLS version " + session.version() + ", cipher suite " + session.cipherSuite());
        if (!client.greeted) {
            greet(client, info.overTls());
        }
    }

    /**
     * A client's TLS handshake failed, and its connection with it.
     *
     * @param probe whether it wasn't TLS at all, or nothing: what load balancers and scanners do
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void onHandshakeFailed(Client client, String cause, boolean probe, boolean inTheClear) {
        if (client.closing) {
            return;
        }
        String text = "TLS handshake error: " + cause;
        if (probe) {
            debug(client, text);
        } else {
            log.error(client.label + " - " + text);
        }
        if (inTheClear) {
            fail(client, ProtocolError.TLS_REQUIRED, CloseReason.TLS_HANDSHAKE_FAILURE);
        } else {
            end(client, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** A client sent a valid CONNECT, and has proved that it is who it says. */
    public void onConnect(Client client, ConnectOptions options, Identity identity) {
        if (client.closing) {
            return;
        }
        if (client.connected) {
            removeSubscriptions(client);
        }
        client.connect(options, identity, account(identity.account()));
        if (options.verbose()) {
            ok(client);
        }
    }

    /** A client speaks without having said who it is, and needn't. */
    public void onAnonymous(Client client, Identity identity) {
        client.connected = true;
        client.is(identity, account(identity.account()));
    }

    /**
     * A client could not prove that it is who it says.
     *
     * @param why for the debug log; the client isn't told
     */
    public void onAuthenticationFailure(Client client, Credentials claimed, String why) {
        if (client.closing) {
            return;
        }
        debug(client, why);
        String claim = Identity.claimedBy(claimed).claim();
        log.error(
                client.label + " - authentication error" + (claim.isEmpty() ? "" : " - " + claim));
        fail(client, ProtocolError.AUTHORIZATION_VIOLATION, CloseReason.AUTHENTICATION_FAILURE);
    }

    Collection<Account> accounts() {
        return accounts.values();
    }

    private Account account(String name) {
        return accounts.computeIfAbsent(name, _ -> new Account(accounts.size(), name));
    }

    /** Shows something a client sent in the trace. */
    public void onTrace(Client client, String operation) {
        tracer.in(client, operation);
    }

    /** A client did something that ends its connection. */
    public void onError(Client client, ProtocolError error, CloseReason reason, String detail) {
        if (client.closing) {
            return;
        }
        if (!detail.isEmpty()) {
            log.error(client.label + " - " + detail);
        }
        fail(client, error, reason);
    }

    /**
     * The connection is gone; its I/O loop won't touch the client any more.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Client client, CloseReason reason) {
        if (!client.closing) {
            client.closing = true;
            client.closeReason = reason;
        }
        debug(client, "Client connection closed: " + client.closeReason.text());
        closedClients.add(client, client.closeReason);
        slow.end(client, client.closeReason);
        removeSubscriptions(client);
        clients.remove(client.id);
        client.outbound.release();
    }

    /**
     * It is time for a sign of life.
     *
     * @param recentlyHeard whether the client sent something within the last ping interval
     * @param nowNs the time, {@link System#nanoTime}
     */
    public void onPingTimer(Client client, boolean recentlyHeard, long nowNs) {
        if (client.closing) {
            return;
        }
        debug(client, "Client Ping Timer");
        if (recentlyHeard && client.rttNs > 0) {
            return;
        }
        if (client.pingsOut + 1 > limits.maxPingsOut()) {
            counters.staleConnections++;
            debug(client, "Stale Client Connection - Closing");
            fail(client, ProtocolError.STALE_CONNECTION, CloseReason.STALE_CONNECTION);
            return;
        }
        client.pingsOut++;
        client.pingSentNs = nowNs;
        if (tracer.isOn()) {
            tracer.out(client, "PING");
        }
        send(client, PING);
    }

    /** The kernel took nothing from a client's queue for longer than the write deadline. */
    public void onWriteDeadline(Client client, String deadline, int chunkCount) {
        if (client.closing) {
            return;
        }
        counters.slowConsumer(client);
        slow.note(client, "");
        log.info(
                client.label
                        + " - Slow Consumer Detected: WriteDeadline of "
                        + deadline
                        + " exceeded with "
                        + chunkCount
                        + " chunks of "
                        + client.outbound.pendingBytes()
                        + " total bytes.");
        abandon(client, CloseReason.SLOW_CONSUMER_WRITE_DEADLINE);
    }

    /** A stretch of frames from one client, in the order it sent them. */
    public void onFrames(Client client, FrameBlock block, long nowNs) {
        stretchNs = nowNs;
        long messagesBefore = client.inMessages;
        long bytesBefore = client.inBytes;
        long changesBefore = counters.inserts + counters.removes;
        long bytes = block.bytes();
        int count = block.count();
        for (int i = 0; i < count && !client.closing; i++) {
            long frame = block.frame(i);
            if (tracer.isOn()) {
                tracer.in(client, bytes, frame);
            }
            switch (Memory.getInt(frame + FrameLayout.OP)) {
                case Op.PUB, Op.HPUB -> publish(client, bytes, frame);
                case Op.SUB -> subscribe(client, bytes, frame);
                case Op.UNSUB -> unsubscribe(client, bytes, frame);
                case Op.PING -> ping(client);
                case Op.PONG -> pong(client, nowNs);
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long messages = client.inMessages - messagesBefore;
        if (messages > 0) {
            counters.in(client, messages, client.inBytes - bytesBefore);
        }
        if (messages > 0 || counters.inserts + counters.removes != changesBefore) {
            client.lastNs = nowNs;
        }
    }

    // --- publish

    private void publish(Client source, long bytes, long frame) {
        int payloadLength = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        source.inMessages++;
        source.inBytes += payloadLength;
        long subject = bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET);
        int subjectLength = Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH);
        if (source.options.pedantic() && !Subject.isValidLiteral(subject, subjectLength)) {
            refuse(source, ProtocolError.INVALID_PUBLISH_SUBJECT.text());
        }
        long hash = Memory.getLong(frame + FrameLayout.SUBJECT_HASH);
        MatchResult match = matcher.match(source.account, subject, subjectLength, hash);
        if (source.permissions != null
                && !mayPublish(source, source.permissions, subject, subjectLength)) {
            return;
        }
        if (source.options.verbose()) {
            ok(source);
        }
        boolean delivered = false;
        for (Subscription subscription : match.plain()) {
            delivered |= deliver(source, subscription, bytes, frame);
        }
        for (Subscription[] group : match.groups()) {
            delivered |= deliverToGroup(source, group, bytes, frame);
        }
        if (!delivered
                && source.options.noResponders()
                && Memory.getInt(frame + FrameLayout.SECOND_LENGTH) > 0) {
            sayNobodyListens(source, bytes, frame);
        }
    }

    /** Whether a client may publish to the subject that was matched last; it is told if not. */
    private boolean mayPublish(Client source, Permissions permissions, long subject, int length) {
        if (permissions.mayPublish(subject, length, matcher.token())) {
            return true;
        }
        if (source.replyPermits != null
                && source.replyPermits.use(Permissions.text(subject, length), System.nanoTime())) {
            return true;
        }
        String shown = Quoted.text(Memory.bytes(subject, length));
        refuse(source, ProtocolError.publishViolation(shown));
        log.error(source.label + " - Publish Violation - Subject \"" + shown + '"');
        return false;
    }

    /** To one member: a random one, or the next that can take it. */
    private boolean deliverToGroup(Client source, Subscription[] group, long bytes, long frame) {
        int member = group.length == 1 ? 0 : pick.next(group.length);
        for (int tried = 0; tried < group.length; tried++) {
            if (deliver(source, group[member], bytes, frame)) {
                return true;
            }
            member = member + 1 == group.length ? 0 : member + 1;
        }
        return false;
    }

    /** Appends a message to the subscriber's queue; false if it doesn't get it. */
    private boolean deliver(Client source, Subscription subscription, long bytes, long frame) {
        Client target = subscription.client;
        if (target == source && !source.echo || subscription.closed || target.closing) {
            return false;
        }
        if (subscription.filter != null && !passes(subscription.filter, bytes, frame)) {
            return false;
        }
        OutboundQueue queue = target.outbound;
        long nearlyFull = limits.maxPendingBytes() / 4 * 3;
        boolean slowly = queue.isPendingOver(nearlyFull);
        if (slowly) {
            noteSlow(target, bytes, frame);
            if (!limits.stallProducers()) {
                return false;
            }
        }
        subscription.delivered++;
        int length = Memory.getInt(frame + FrameLayout.PAYLOAD_LENGTH);
        if (!target.headers) {
            length -= Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        }
        target.outMessages++;
        target.outBytes += length;
        markDirty(target);
        try {
            writer.write(queue, bytes, frame, subscription.sid, target.headers);
        } catch (OutOfMemoryError e) {
            // No native memory left for queues: the consumer that can't keep up pays.
            slowConsumer(target, bytes, frame);
            return false;
        }
        if (target.replyPermits != null) {
            grantReply(target, target.replyPermits, bytes, frame);
        }
        if (tracer.isOn()) {
            tracer.delivered(subscription, bytes, frame);
        }
        if (slowly) {
            if (queue.isPendingOver(limits.maxPendingBytes())) {
                slowConsumer(target, bytes, frame);
                return true;
            }
            if (source.peer.stall(queue, limits.maxPendingBytes() / 2)) {
                source.stalls++;
                counters.stalls++;
            }
        }
        if (subscription.max > 0 && subscription.delivered >= subscription.max) {
            debug(
                    target,
                    "Auto-unsubscribe limit of "
                            + subscription.max
                            + " reached for sid '"
                            + Tracer.text(subscription.sid.sid())
                            + "'");
            remove(subscription);
        }
        return true;
    }

    private boolean passes(Permissions.DeliveryFilter filter, long bytes, long frame) {
        return filter.passes(
                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH),
                matcher.token());
    }

    private static void grantReply(Client target, ReplyPermits permits, long bytes, long frame) {
        int length = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        Permissions permissions = target.permissions;
        if (length == 0 || permissions == null) {
            return;
        }
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        if (!permissions.mayPublish(reply, length, 0)) {
            permits.grant(Permissions.text(reply, length), System.nanoTime());
        }
    }

    private void noteSlow(Client target, long bytes, long frame) {
        if (!target.slow) {
            slow.note(target, Tracer.subject(bytes, frame));
        }
    }

    /** Bytes that may wait for a client that was slow and isn't any more. */
    long caughtUpBytes() {
        return limits.maxPendingBytes() / 2;
    }

    private void slowConsumer(Client target, long bytes, long frame) {
        counters.slowConsumer(target);
        noteSlow(target, bytes, frame);
        log.info(
                target.label
                        + " - Slow Consumer Detected: MaxPending of "
                        + limits.maxPendingBytes()
                        + " Exceeded, filled by subject "
                        + Tracer.subject(bytes, frame));
        abandon(target, CloseReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    private void sayNobodyListens(Client source, long bytes, long frame) {
        long reply = bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET);
        int replyLength = Memory.getInt(frame + FrameLayout.SECOND_LENGTH);
        long hash = Memory.hash(reply, replyLength);
        for (Subscription own : matcher.match(source.account, reply, replyLength, hash).plain()) {
            if (own.client == source) {
                markDirty(source);
                writer.writeNoResponders(
                        source.outbound,
                        Memory.bytes(reply, replyLength),
                        Memory.bytes(
                                bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET),
                                Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH)),
                        own.sid);
                return;
            }
        }
    }

    // --- subscribe

    private void subscribe(Client client, long bytes, long frame) {
        long subject = bytes + Memory.getInt(frame + FrameLayout.SUBJECT_OFFSET);
        int subjectLength = Memory.getInt(frame + FrameLayout.SUBJECT_LENGTH);
        byte[] subjectBytes = Memory.bytes(subject, subjectLength);
        byte[] queue =
                Memory.bytes(
                        bytes + Memory.getInt(frame + FrameLayout.SECOND_OFFSET),
                        Memory.getInt(frame + FrameLayout.SECOND_LENGTH));
        byte[] sidBytes =
                Memory.bytes(
                        bytes + Memory.getInt(frame + FrameLayout.TAIL_OFFSET),
                        Memory.getInt(frame + FrameLayout.TAIL_LENGTH));
        Permissions permissions = client.permissions;
        if (permissions != null && !permissions.maySubscribe(subjectBytes, queue)) {
            refuseSubscription(client, subjectBytes, queue, sidBytes);
            return;
        }
        if (!Subject.isValid(subject, subjectLength)) {
            refuse(client, ProtocolError.INVALID_SUBJECT.text());
            return;
        }
        if (limits.maxSubscriptionTokens() > 0
                && Subject.tokens(subject, subjectLength) > limits.maxSubscriptionTokens()) {
            log.error(
                    client.label
                            + " - Subscription Violation Too Many Tokens - Subject \""
                            + Tracer.text(subjectBytes)
                            + "\", SID "
                            + Tracer.text(sidBytes));
            refuse(client, ProtocolError.tooManyTokens(Tracer.text(subjectBytes)));
            return;
        }
        if (limits.maxSubscriptions() > 0
                && client.subscriptions.size() >= limits.maxSubscriptions()) {
            log.error(client.label + " - " + ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            refuse(client, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            return;
        }
        String sid = key(sidBytes);
        if (!client.subscriptions.containsKey(sid)) {
            Subscription subscription =
                    new Subscription(client, subjectBytes, queue, new SidText(sidBytes));
            subscription.filter =
                    permissions == null ? null : permissions.filter(subjectBytes, queue);
            client.subscriptions.put(sid, subscription);
            counters.inserts++;
            matcher.add(client.account, subject, subjectLength, subscription);
        }
        if (client.options.verbose()) {
            ok(client);
        }
    }

    private void refuseSubscription(Client client, byte[] subject, byte[] queue, byte[] sid) {
        String shown = Quoted.text(subject);
        String shownQueue = Quoted.text(queue);
        refuse(client, ProtocolError.subscriptionViolation(shown, shownQueue));
        log.error(
                client.label
                        + " - Subscription Violation - Subject \""
                        + shown
                        + (queue.length == 0 ? "\"" : "\", Queue: \"" + shownQueue + '"')
                        + ", SID "
                        + Tracer.text(sid));
    }

    private void unsubscribe(Client client, long bytes, long frame) {
        String sid =
                key(
                        Memory.bytes(
                                bytes + Memory.getInt(frame + FrameLayout.TAIL_OFFSET),
                                Memory.getInt(frame + FrameLayout.TAIL_LENGTH)));
        if (client.options.verbose()) {
            ok(client);
        }
        Subscription subscription = client.subscriptions.get(sid);
        if (subscription == null) {
            return;
        }
        int max = Memory.getInt(frame + FrameLayout.HEADER_LENGTH);
        if (max > subscription.delivered) {
            subscription.max = max;
        } else {
            remove(subscription);
        }
    }

    private static String key(byte[] sid) {
        return new String(sid, StandardCharsets.ISO_8859_1);
    }

    private void remove(Subscription subscription) {
        Client client = subscription.client;
        if (tracer.isOn()) {
            tracer.unsubscribed(client, subscription);
        }
        client.subscriptions.remove(key(subscription.sid.sid()));
        takeFromIndex(subscription);
    }

    private void removeSubscriptions(Client client) {
        for (Subscription subscription : client.subscriptions.values()) {
            if (tracer.isOn()) {
                tracer.unsubscribed(client, subscription);
            }
            takeFromIndex(subscription);
        }
        client.subscriptions.clear();
    }

    private void takeFromIndex(Subscription subscription) {
        subscription.closed = true;
        counters.removes++;
        int length = subscription.subject.length;
        if (length > scratchBytes) {
            scratchBytes = Math.max(4096, length);
            scratch.close();
            scratch = NativeBlock.allocate(scratchBytes);
        }
        matcher.remove(subscription.client.account, scratch.address(), subscription);
    }

    // --- keep-alive

    private void ping(Client client) {
        if (tracer.isOn()) {
            tracer.out(client, "PONG");
        }
        send(client, PONG);
        if (client.connected && !client.firstPongSent) {
            client.firstPongSent = true;
            if (client.options.protocol() >= 1) {
                send(client, info.line(client.id, client.ip, client.account.name, client.nonce));
            }
        }
    }

    private static void pong(Client client, long nowNs) {
        if (client.pingsOut > 0) {
            client.rttNs = Math.max(1, nowNs - client.pingSentNs);
        }
        client.pingsOut = 0;
    }

    // --- the server as a whole

    /** Tells clients something else about the server from here on. */
    public void onInfo(ServerInfo newInfo) {
        info = newInfo;
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
        tracer = new Tracer(log, traced.maxTracedMsgLen(), traced.traceHeaders());
        reassess(users);
        closeExcess();
        ServerInfo told = info.ldm() ? newInfo.inLameDuckMode() : newInfo;
        if (!told.equals(info)) {
            info = told;
            tellInfo();
        }
        clients.values().forEach(client -> client.peer.reconfigure());
    }

    private void reassess(Reassessment users) {
        for (Client client : clients()) {
            if (client.closing) {
                continue;
            }
            Identity before = client.identity;
            Credentials said = client.options.credentials();
            Optional<Identity> now = users.of(said, client.tls(), before);
            if (now.isEmpty()) {
                onAuthenticationFailure(client, said, "not let in any more");
            } else if (!now.get().account().equals(before.account())) {
                end(client, CloseReason.CLIENT_CLOSED);
            } else if (!Permissions.same(now.get().permissions(), before.permissions())) {
                client.is(now.get(), client.account);
                reassessSubscriptions(client);
            }
        }
    }

    private void reassessSubscriptions(Client client) {
        Permissions permissions = client.permissions;
        // One that is removed still knows the next.
        for (Subscription each : client.subscriptions.values()) {
            if (permissions == null) {
                each.filter = null;
            } else if (permissions.maySubscribe(each.subject, each.queue)) {
                each.filter = permissions.filter(each.subject, each.queue);
            } else {
                String subject = Quoted.text(each.subject);
                String sid = Quoted.text(each.sid.sid());
                refuse(
                        client,
                        ProtocolError.subscriptionViolation(subject, Quoted.text(each.queue))
                                + " (sid \""
                                + sid
                                + "\")");
                log.info(
                        "Removed sub \""
                                + subject
                                + "\" (sid \""
                                + sid
                                + "\") for "
                                + client.identity.claim()
                                + " - not authorized");
                remove(each);
            }
        }
    }

    /** The newest have to go. */
    private void closeExcess() {
        int excess = limits.maxConnections() < 0 ? 0 : clients.size() - limits.maxConnections();
        if (excess <= 0) {
            return;
        }
        for (Client client : clients().reversed().subList(0, excess)) {
            if (!client.closing) {
                fail(
                        client,
                        ProtocolError.MAXIMUM_CONNECTIONS,
                        CloseReason.MAX_CONNECTIONS_EXCEEDED);
            }
        }
        log.info("Closed " + excess + " connections to fall within max_connections");
    }

    private void tellInfo() {
        for (Client client : clients.values()) {
            if (client.options.protocol() >= 1 && !client.closing) {
                send(client, info.line(client.id, client.ip, "", client.nonce));
            }
        }
    }

    /** Uses a subject cache from here on. */
    public void onCache(SubjectCache cache) {
        matcher.use(cache);
    }

    /** Tells all clients that the server is about to leave. */
    public void onLameDuck() {
        info = info.inLameDuckMode();
        tellInfo();
    }

    /** The clients there are, for someone who will close them one by one. */
    public List<Client> clients() {
        return new ArrayList<>(clients.values());
    }

    /** Closes a client that did nothing wrong. */
    public void onClose(Client client, CloseReason reason) {
        if (!client.closing) {
            end(client, reason);
        }
    }

    /** Number of clients. */
    public int clientCount() {
        return clients.size();
    }

    /** Number of subscriptions of all accounts. */
    public int subscriptionCount() {
        return accounts.values().stream().mapToInt(account -> account.index.size()).sum();
    }

    /** Clients that were closed for being too slow. */
    public long slowConsumers() {
        return counters.slowConsumers;
    }

    /** What clients are told about the server. */
    ServerInfo info() {
        return info;
    }

    /** What the subscriptions and the cache of their matches do. */
    SublistStats sublistStats() {
        return matcher.stats(
                subscriptionCount(),
                counters.inserts,
                counters.removes,
                counters.traffic.inMessages);
    }

    /** Frees what the router allocated; every client must be gone. */
    public void close() {
        matcher.close();
        chunks.close();
        scratch.close();
    }

    // --- sending

    private void ok(Client client) {
        if (tracer.isOn()) {
            tracer.out(client, "OK");
        }
        send(client, OK);
    }

    /** Tells a client that it may not do that, and goes on. */
    private void refuse(Client client, String text) {
        if (tracer.isOn()) {
            tracer.out(client, "-ERR " + text);
        }
        send(client, ProtocolError.line(text));
    }

    /** Tells a client what it did wrong and closes its connection. */
    private void fail(Client client, ProtocolError error, CloseReason reason) {
        byte[] line = error.line();
        if (line.length > 0) {
            refuse(client, error.text());
        }
        end(client, reason);
    }

    /** Closes a connection, behind what was appended to its queue. */
    private void end(Client client, CloseReason reason) {
        client.closing = true;
        client.closeReason = reason;
        ending.add(client);
    }

    /** Closes a client that doesn't read: nothing more is queued for it. */
    private void abandon(Client client, CloseReason reason) {
        client.outbound.close();
        end(client, reason);
    }

    private void send(Client client, byte[] line) {
        if (!client.outbound.isClosed()) {
            markDirty(client);
            client.outbound.append(line);
        }
    }

    private void markDirty(Client client) {
        if (!client.outbound.isDirty()) {
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = client;
        }
    }

    /**
     * Sends all that was appended since the last call, with one flush for each client it is for,
     * and closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     */
    public void flush(long readNs) {
        for (int i = 0; i < dirtyCount; i++) {
            Client client = dirty[i];
            if (counters.out(client)) {
                client.lastNs = stretchNs;
            }
            if (client.slow && !client.closing && !client.outbound.isPendingOver(caughtUpBytes())) {
                slow.end(client, null);
            }
            client.outbound.publish(readNs);
            client.peer.flush();
        }
        dirtyCount = 0;
        if (!ending.isEmpty()) {
            for (Client client : ending) {
                client.peer.close(client.closeReason);
            }
            ending.clear();
        }
    }

    private void debug(Client client, String text) {
        if (log.debugEnabled()) {
            log.debug(client.label + " - " + text);
        }
    }
}
