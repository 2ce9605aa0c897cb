package io.millrace.broker;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.broker.service.Port;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceThread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The services of a server: their threads, and their wires to the router. */
final class RunningServices {
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final RoutingRing ring;
    private final ChunkPool chunks;
    private final ServerLog log;
    private final List<Running> running = new ArrayList<>();

    /** Below those of all connections. */
    private long nextId = -1;

    private record Running(ServiceThread thread, ServicePeer peer) {}

    /**
     * None is running yet.
     *
     * @param chunks the router's
     */
    RunningServices(RoutingRing ring, ChunkPool chunks, ServerLog log) {
        this.ring = ring;
        this.chunks = chunks;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @return wakes its thread if that sleeps; for any thread
     */
    synchronized Runnable start(Service service) {
        ServiceThread thread = new ServiceThread(service, log);
        ServicePeer peer =
                new ServicePeer(service.name(), nextId--, thread, chunks, service.terms());
        ring.put(router -> router.services().onOpen(peer));
        running.add(new Running(thread, peer));
        thread.start(new Port(peer, ring::lookAtServices));
        return thread::ring;
    }

    /** Ends all of them; what they say in the end is still routed. */
    synchronized void close() throws InterruptedException {
        for (Running each : running) {
            if (each.thread.stop()) {
                ring.put(router -> router.services().onClosed(each.peer), CLOSE_TIMEOUT_NS);
            } else {
                log.error("A service did not end in time; its memory is not freed");
            }
        }
        running.clear();
    }
}
