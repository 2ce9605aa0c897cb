package io.millrace.broker;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.transport.tls.TlsContexts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a server, step by step. It has a thread of its own, so that an interrupt of whoever
 * asks for it doesn't cut it short.
 */
final class Closing {
    /** How long each of those is waited for whose end may fail to come. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long for a reload to end that is under way. */
    private static final long RELOAD_NS = TimeUnit.SECONDS.toNanos(2);

    /** How long for listeners to hear what has happened. */
    private static final long LISTENERS_NS = TimeUnit.SECONDS.toNanos(2);

    private final Broker broker;
    private final ServerLog log;
    private @Nullable Thread thread;
    private long deadlineNs;

    Closing(Broker broker, ServerLog log) {
        this.broker = broker;
        this.log = log;
    }

    /**
     * Does it, or waits until it is done if it was begun before.
     *
     * @param patience with clients to go, then with I/O threads to end, then with the routing
     *     thread
     */
    void run(Duration patience) {
        Thread closing;
        synchronized (this) {
            if (thread == null) {
                Thread first = new Thread(() -> steps(patience), "millrace-close");
                first.start();
                thread = first;
            }
            closing = thread;
        }
        Uninterrupted.join(closing);
    }

    private void steps(Duration patience) {
        deadlineNs = System.nanoTime() + patience.toNanos();
        // First of all, lest a part is made behind our back.
        attempt(() -> broker.changes().end(RELOAD_NS));
        ClientListeners clients = broker.clients();
        ClusterPart cluster = broker.cluster();
        GatewayPart gateway = broker.gateway();
        LeafPart leaf = broker.leaf();
        HttpMonitor monitor = broker.monitor();
        CacheStart cache = broker.cacheStart();
        MessageThreads threads = broker.threads();
        TlsContexts tls = broker.tls();
        attempt(clients::stop);
        WebSocketPart webSocket = broker.webSocket();
        if (webSocket != null) {
            attempt(webSocket::stop);
        }
        attempt(clients::refuse);
        attempt(broker.authentication()::close);
        if (cluster != null) {
            attempt(cluster::close);
        }
        if (gateway != null) {
            attempt(gateway::close);
        }
        if (leaf != null) {
            attempt(leaf::close);
        }
        if (monitor != null) {
            attempt(monitor::close);
        }
        if (cache != null) {
            attempt(() -> cache.await(leftNs()));
        }
        attempt(broker.services()::close);
        JetStreamPart jetStream = broker.jetStream();
        if (jetStream != null) {
            attempt(jetStream::end);
        }
        attempt(this::closePeers);
        broker.asking().end();
        attempt(() -> threads.endLoops(patience));
        attempt(clients::close);
        attempt(() -> threads.endRouting(patience));
        attempt(
                () ->
                        broker.listening()
                                .close(
                                        TimeUnit.NANOSECONDS.toMillis(
                                                Math.min(LISTENERS_NS, leftNs()))));
        if (tls != null) {
            attempt(tls::close);
        }
        if (webSocket != null) {
            attempt(webSocket::end);
        }
        if (cluster != null) {
            attempt(cluster::end);
        }
        if (gateway != null) {
            attempt(gateway::end);
        }
        if (leaf != null) {
            attempt(leaf::end);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    /** That a step fails is no reason to leave out the others. */
    private void attempt(Step step) {
        try {
            step.run();
        } catch (InterruptedException | RuntimeException | Error e) {
            log.error("Closing the server: " + e);
        }
    }

    /** Time to the deadline; a millisecond if it has passed. */
    private long leftNs() {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), deadlineNs - System.nanoTime());
    }

    private void closePeers() throws InterruptedException {
        Asking asking = broker.asking();
        if (!asking.tell(Closing::closePeers, leftNs())) {
            return;
        }
        while (asking.ask(Router::peerCount) > 0 && System.nanoTime() - deadlineNs < 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void closePeers(Router router) {
        for (Peer peer : router.peers()) {
            router.onClose(peer, CloseReason.SERVER_SHUTDOWN);
        }
    }
}
