package io.millrace.broker;

import io.millrace.broker.config.process.LameDuckOptions;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Peer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Lets a server's clients go without a stampede: stop listening, tell them, wait for the grace
 * period, close them one by one over the rest of the duration.
 *
 * <p>Runs on a thread of its own, which exists only while the mode lasts.
 */
final class LameDuck {
    /** Longest pause between two clients, as in the reference. */
    private static final long MAX_PAUSE_NS = 1_000_000_000L;

    private final Broker broker;
    private volatile LameDuckOptions options;
    private final ServerLog log;
    private @Nullable Thread thread;

    LameDuck(Broker broker, LameDuckOptions options, ServerLog log) {
        this.broker = broker;
        this.options = options;
        this.log = log;
    }

    /** Other times hold, if the server isn't in the mode yet. */
    void use(LameDuckOptions newOptions) {
        options = newOptions;
    }

    /**
     * Enters the mode, if the server isn't in it yet.
     *
     * @param atEnd called when all clients are closed, on the mode's thread
     */
    synchronized void enter(Runnable atEnd) {
        if (thread != null) {
            return;
        }
        thread = new Thread(() -> run(atEnd), "millrace-lame-duck");
        thread.start();
    }

    synchronized boolean isEntered() {
        return thread != null;
    }

    /** Cuts it short; the caller closes the server. */
    void stop() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
            Uninterrupted.join(running);
        }
    }

    private void run(Runnable atEnd) {
        log.info("Entering lame duck mode, stop accepting new clients");
        try {
            SystemPart system = broker.system();
            if (system != null) {
                system.tellLeaving();
            }
            broker.clients().stop();
            LeafPart leaf = broker.leaf();
            if (leaf != null) {
                leaf.enterLameDuckMode();
            }
            WebSocketPart webSocket = broker.webSocket();
            if (webSocket != null) {
                webSocket.stop();
            }
            ClusterPart cluster = broker.cluster();
            if (cluster != null) {
                cluster.enterLameDuckMode();
            } else {
                broker.asking().tell(router -> router.clients().onLameDuck(List.of(), List.of()));
            }
            if (!broker.asking().ask(LameDuck::guests).isEmpty()) {
                Thread.sleep(options.gracePeriod());
                log.info("Closing existing clients");
                closeClients(broker.asking().ask(LameDuck::guests));
            }
        } catch (InterruptedException e) {
            return;
        }
        atEnd.run();
    }

    /** Those who are let go: clients, and leaf nodes like them. */
    private static List<Peer> guests(Router router) {
        List<Peer> guests = new ArrayList<>();
        router.clients().list().forEach(client -> guests.add(client.peer()));
        router.leafs().list().forEach(leaf -> guests.add(leaf.peer()));
        return guests;
    }

    private void closeClients(List<Peer> clients) throws InterruptedException {
        long spreadNs = options.duration().minus(options.gracePeriod()).toNanos();
        if (spreadNs <= 0) {
            spreadNs = MAX_PAUSE_NS;
        }
        long pauseNs = Math.clamp(spreadNs / Math.max(1, clients.size()), 1, MAX_PAUSE_NS);
        for (int i = 0; i < clients.size(); i++) {
            Peer client = clients.get(i);
            broker.asking().tell(router -> router.onClose(client, CloseReason.SERVER_SHUTDOWN));
            if (i < clients.size() - 1) {
                long random = ThreadLocalRandom.current().nextLong(pauseNs);
                Thread.sleep(Duration.ofNanos(Math.max(random, pauseNs / 2)));
            }
        }
    }
}
