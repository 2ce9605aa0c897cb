package io.millrace.broker.routing;

import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.crossing.Hop;
import io.millrace.broker.routing.crossing.Latency;
import io.millrace.broker.routing.crossing.Loss;
import io.millrace.broker.routing.crossing.PendingReplies;
import io.millrace.broker.routing.crossing.PendingReply;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.trace.MessageTrace;
import io.millrace.protocol.NodeHash;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Requests on their way into the accounts that answer them, and answers on their way back. Routing
 * thread; makes no garbage per message.
 *
 * <p>A message crosses when everybody in its own account has got it, and is spread in the other one
 * as if it had been published there; that may let it cross again. Imports form no cycles, so that
 * ends; how many steps it takes is bounded all the same.
 */
final class Crossings {
    /** A message doesn't cross more often. */
    static final int MAX_HOPS = 64;

    /**
     * Nor does what becomes of one message cross more often in all: layers of accounts that import
     * each other's services would multiply it beyond all bounds.
     */
    static final int MAX_CROSSINGS = 10_000;

    private static final byte[] NOTHING = {};

    private final PendingReplies pending;
    private final RoutedInterest routed;
    private final Latency latency;
    private final RandomGenerator random;
    private final Tracing tracing;
    private final TracedCrossing traced;
    private final List<Hop> hops = new ArrayList<>();
    private int depth;

    /** What of the message in the accounts' way has crossed. */
    private int crossed;

    private @Nullable Publishing publishing;
    private Alarm alarm = _ -> {};

    /** Whether it isn't about to be woken. */
    private boolean awake = true;

    private long wakesNs;

    // What requests say of this server.
    private String server = "";
    private String cluster = "";
    private String systemAccount = "";

    /** Behind the reply subjects of samples: which server asks. Made when it is needed. */
    private byte[] tracked = NOTHING;

    Crossings(
            PendingReplies pending,
            RoutedInterest routed,
            Latency latency,
            RandomGenerator random,
            Tracing tracing) {
        this.pending = pending;
        this.routed = routed;
        this.latency = latency;
        this.random = random;
        this.tracing = tracing;
        traced = new TracedCrossing(tracing, pending, routed);
    }

    /** Spreads by this from here on. */
    void spreadBy(Publishing newPublishing) {
        publishing = newPublishing;
    }

    /** What requests say of this server from here on, where that is shared. */
    void from(String newServer, String newCluster) {
        server = newServer;
        cluster = newCluster;
        latency.from(newServer, newCluster);
        tracked = NOTHING;
    }

    /** Whose requests say where they come from whether that is shared or not. */
    void systemAccount(String name) {
        systemAccount = name;
    }

    /**
     * Has a message cross wherever it may.
     *
     * @param match who gets it in its own account
     * @return whether anybody has got it elsewhere
     */
    boolean cross(Peer source, MatchResult match, Message message) {
        boolean delivered = false;
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; i < part.crossingCount(); i++) {
                delivered |= cross(source, part.crossing(i), message);
            }
        }
        return delivered;
    }

    private boolean cross(Peer source, Interest by, Message message) {
        crossed = depth == 0 ? 1 : crossed + 1;
        if (depth == MAX_HOPS || crossed > MAX_CROSSINGS) {
            return false;
        }
        if (depth == hops.size()) {
            hops.add(new Hop());
        }
        Hop hop = hops.get(depth);
        depth++;
        try {
            return by instanceof ReplyGate gate
                    ? answer(source, gate, message, hop)
                    : ask(source, ImportedService.of(by), message, hop);
        } finally {
            depth--;
        }
    }

    // --- requests

    private boolean ask(Peer source, ImportedService service, Message message, Hop hop) {
        // What comes from another server has crossed there already.
        if (ForwardingRule.hasCrossed(source.kind) && !message.isCrossed()) {
            return false;
        }
        if (!hop.begin(message, service.subjects)) {
            return false;
        }
        ServiceExport export = service.export;
        Account exporter = service.exporter;
        Client client = source.client;
        Map<String, List<String>> sample =
                client == null ? null : latency.sample(export.latency(), message);
        PendingReply request = null;
        boolean isAnswered = message.replyLength() > 0;
        if (isAnswered && !AckReplies.isAcknowledgedBy(message)) {
            request =
                    expect(
                            source,
                            exporter,
                            service.importer,
                            export.responseType(),
                            export.threshold().toNanos(),
                            message,
                            sample == null ? NOTHING : tracked(),
                            hop);
            if (request == null) {
                return false;
            }
            if (client != null && sample != null && request.isSingleton()) {
                latency.begin(
                        pending,
                        request,
                        service,
                        client,
                        sample,
                        hop.message.reply(),
                        System.nanoTime());
                wakeIn(request.thresholdNs(), System.nanoTime());
            }
        } else if (!isAnswered && client != null && sample != null) {
            latency.badRequest(service, client, sample);
        }
        if (source.asker != null) {
            hop.sayWhoAsks(
                    depth > 1 ? hops.get(depth - 2) : null,
                    pending.requester(source),
                    source.asker,
                    service,
                    exporter.name.equals(systemAccount),
                    server,
                    cluster);
        }
        long secret = request == null ? 0 : request.secret();
        boolean delivered = spread(source, exporter, service, message, hop);
        if (request != null && (!delivered || tracing.isOnly())) {
            pending.close(request, secret, delivered ? Loss.NONE : Loss.UNDELIVERED);
        }
        return delivered;
    }

    private byte[] tracked() {
        if (tracked.length == 0) {
            tracked = ("." + NodeHash.of(server) + ".T").getBytes(StandardCharsets.US_ASCII);
        }
        return tracked;
    }

    /** Has somebody wait for an answer; null if there is no memory for that. */
    private @Nullable PendingReply expect(
            Peer source,
            Account via,
            Account to,
            ResponseType responses,
            long thresholdNs,
            Message asked,
            byte[] suffix,
            Hop hop) {
        ReplyGate gate = via.gate;
        if (gate == null) {
            return null;
        }
        PendingReply request =
                pending.open(
                        source,
                        gate,
                        to,
                        responses,
                        thresholdNs,
                        asked.replyBytes(),
                        asked.replyOffset(),
                        asked.replyLength(),
                        System.nanoTime());
        if (request != null) {
            routed.answeredAt(gate);
            hop.replyTo(gate, request, suffix);
        }
        return request;
    }

    // --- answers

    private boolean answer(Peer source, ReplyGate gate, Message message, Hop hop) {
        PendingReply request =
                pending.find(
                        gate,
                        message.subjectBytes(),
                        message.subjectOffset(),
                        message.subjectLength());
        if (request == null || !hop.begin(message, request)) {
            return false;
        }
        Account to = request.to();
        // It can be answered in turn, unless nobody there can ask any more.
        if (message.replyLength() > 0
                && !AckReplies.isAcknowledgedBy(message)
                && expect(
                                source,
                                to,
                                gate.account,
                                request.responses(),
                                request.thresholdNs(),
                                message,
                                NOTHING,
                                hop)
                        == null) {
            hop.noReply();
        }
        latency.answered(request, source);
        boolean last = request.isSingleton() || message.payloadLength() == 0;
        long secret = request.secret();
        boolean delivered = spread(source, to, null, message, hop);
        if (last || !delivered) {
            pending.close(request, secret, delivered ? Loss.NONE : Loss.UNDELIVERED);
        } else {
            pending.goesOn(request, secret, System.nanoTime());
        }
        return delivered;
    }

    // --- both

    private boolean spread(
            Peer source, Account account, @Nullable ImportedService by, Message before, Hop hop) {
        Publishing spreading = publishing;
        assert spreading != null : "nothing is spread yet";
        MatchResult match = spreading.match(account, hop.message);
        WeightedDestinations mapping = match.mapping();
        if (mapping != null) {
            if (!hop.map(mapping, random)) {
                return false;
            }
            match = spreading.match(account, hop.message);
        }
        MessageTrace trace = tracing.current;
        return trace == null
                ? spreading.spread(source, account, match, hop.message)
                : traced.spread(spreading, source, account, by, before, hop.message, match, trace);
    }

    /** Number of requests that wait for their answers. */
    int awaitedAnswers() {
        return pending.count();
    }

    /** Requests that have waited for too long won't be answered. */
    void expire(long nowNs) {
        pending.expire(nowNs);
    }

    /** Is woken by this from here on. */
    void wakeBy(Alarm newAlarm) {
        alarm = newAlarm;
    }

    /** A sample may be late. */
    void onAlarm(long nowNs) {
        awake = true;
        expire(nowNs);
        if (latency.open() > 0) {
            wakeIn(pending.nextExpiryIn(nowNs), nowNs);
        }
    }

    /** Others can wait for a better time, but that a sample is late is to be told in time. */
    private void wakeIn(long ns, long nowNs) {
        if (awake || wakesNs - nowNs > ns) {
            awake = false;
            wakesNs = nowNs + ns;
            alarm.in(ns);
        }
    }

    /** Frees what it allocated. */
    void close() {
        hops.forEach(Hop::close);
        hops.clear();
    }
}
