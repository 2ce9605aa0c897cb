package io.millrace.broker.routing.crossing;

import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.protocol.RequestInfo;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How long requests into other accounts take: which of them are samples, and what is told of those.
 * Routing thread.
 */
public final class Latency {
    private static final int ALL = 100;
    private static final int BAD_REQUEST = 400;
    private static final int TIMEOUT = 408;
    private static final int UNAVAILABLE = 503;
    private static final int SERVICE_TIMEOUT = 504;

    private final RandomGenerator random;
    private LatencyWatcher watcher = LatencyWatcher.NOBODY;
    private int open;
    private String server = "";
    private String cluster = "";

    public Latency(RandomGenerator random) {
        this.random = random;
    }

    /** Tells it to somebody from here on. */
    public void watch(LatencyWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** What samples say of this server from here on. */
    public void from(String newServer, String newCluster) {
        server = newServer;
        cluster = newCluster;
    }

    /** Samples of which nothing is told yet. */
    public int open() {
        return open;
    }

    /** The headers that make a request a sample, none if chance does; null if it is none. */
    public @Nullable Map<String, List<String>> sample(
            ServiceExport.@Nullable Latency wanted, Message request) {
        if (wanted == null) {
            return null;
        }
        if (wanted.sampling() >= ALL
                || wanted.sampling() > 0 && random.nextInt(ALL) < wanted.sampling()) {
            return Map.of();
        }
        return TracedHeaders.of(request);
    }

    /** Remembers what will be told of a request; of one that there is no memory for, nothing is. */
    public void begin(
            PendingReplies pending,
            PendingReply request,
            ImportedService service,
            Client requester,
            Map<String, List<String>> headers,
            String answeredUnder,
            long nowNs) {
        Sampled sampled =
                new Sampled(service, requester, headers, answeredUnder, Instant.now(), nowNs);
        if (pending.keepMore(request, sampled.bytes())) {
            open++;
            request.sampled = sampled;
        }
    }

    /** A request that is a sample can't be answered, since it doesn't say where to. */
    public void badRequest(
            ImportedService service, Client requester, Map<String, List<String>> headers) {
        long rttNs = requester.peer.rttNs();
        tell(
                service,
                "",
                BAD_REQUEST,
                "Bad Request",
                about(requester, service.shares()),
                null,
                headers,
                Instant.now().minusNanos(rttNs),
                0,
                0,
                false);
    }

    /** A request is being answered. */
    public void answered(PendingReply request, Peer responder) {
        Sampled sampled = request.sampled;
        if (sampled == null) {
            return;
        }
        request.sampled = null;
        open--;
        Client client = responder.client;
        long tookNs = System.nanoTime() - sampled.startNs();
        long responderNs = client == null ? 0 : client.peer.rttNs();
        long requesterNs = sampled.requester().peer.rttNs();
        tell(
                sampled.service(),
                sampled.answeredUnder(),
                200,
                "",
                about(sampled.requester(), sampled.service().shares()),
                client == null ? null : about(client, true),
                sampled.headers(),
                sampled.start().minusNanos(requesterNs),
                Math.max(0, tookNs - responderNs),
                requesterNs + tookNs,
                client == null && responder.kind == PeerKind.ROUTE);
    }

    /** A request won't be answered. */
    void lost(PendingReply request, Loss why) {
        Sampled sampled = request.sampled;
        if (sampled == null) {
            return;
        }
        request.sampled = null;
        open--;
        boolean gone = why == Loss.REQUESTER_GONE;
        boolean late = why == Loss.EXPIRED;
        tell(
                sampled.service(),
                sampled.answeredUnder(),
                gone ? TIMEOUT : late ? SERVICE_TIMEOUT : UNAVAILABLE,
                gone ? "Request Timeout" : late ? "Service Timeout" : "Service Unavailable",
                about(sampled.requester(), sampled.service().shares()),
                null,
                sampled.headers(),
                sampled.start().minusNanos(sampled.requester().peer.rttNs()),
                0,
                0,
                false);
    }

    private void tell(
            ImportedService service,
            String request,
            int status,
            String error,
            RequestInfo requestor,
            @Nullable RequestInfo responder,
            Map<String, List<String>> headers,
            Instant start,
            long serviceNs,
            long totalNs,
            boolean half) {
        ServiceExport.Latency wanted = service.export.latency();
        if (wanted != null) {
            watcher.sampled(
                    new LatencySample(
                            service.exporter.name,
                            wanted.subject(),
                            request,
                            status,
                            error,
                            requestor,
                            responder,
                            headers,
                            start,
                            serviceNs,
                            0,
                            totalNs,
                            half));
        }
    }

    /** Something was asked at another server and is answered here. */
    void measured(String account, String request, Client responder, Instant start, long tookNs) {
        long serviceNs = Math.max(0, tookNs - responder.peer.rttNs());
        watcher.measured(
                new LatencySample(
                        account,
                        "",
                        request,
                        200,
                        "",
                        null,
                        about(responder, true),
                        Map.of(),
                        start,
                        serviceNs,
                        0,
                        serviceNs + responder.peer.rttNs(),
                        false));
    }

    private RequestInfo about(Client client, boolean detailed) {
        return InfoLines.info(
                client,
                new InfoLines.Way(detailed, detailed ? server : "", detailed ? cluster : "", ""));
    }
}
