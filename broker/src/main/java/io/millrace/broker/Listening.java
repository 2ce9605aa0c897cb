package io.millrace.broker;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ClientWatcher;
import io.millrace.broker.routing.LinkWatcher;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.LinkSnapshot;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells an application, and recordings of the JVM, what happens. The routing thread puts events in
 * and never waits; a thread of its own tells the application, if that wants to hear.
 */
final class Listening implements ClientWatcher, LinkWatcher {
    static final int MAX_EVENTS = 4096;

    /** Together with the number of events, this bounds what waits. */
    private static final int MAX_ERROR_CHARS = 2048;

    /** That events were dropped is told no more often. */
    private static final long DROPPED_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Recording recording;
    private final List<ServerListener> listeners;
    private final ServerLog log;
    private final BlockingQueue<Consumer<ServerListener>> events =
            new ArrayBlockingQueue<>(MAX_EVENTS);
    private final @Nullable Thread thread;

    /** Events that found no room and of which nobody knows yet. */
    private final AtomicLong dropped = new AtomicLong();

    private long droppedToldNs = System.nanoTime() - DROPPED_PAUSE_NS;
    private volatile boolean ended;
    private volatile boolean closedByListener;

    /**
     * Makes it for a server.
     *
     * @param server its name
     */
    Listening(String server, List<ServerListener> listeners, ServerLog log) {
        this.recording = new Recording(server);
        this.listeners = List.copyOf(listeners);
        this.log = log;
        thread = listeners.isEmpty() ? null : new Thread(this::tell, "millrace-listener");
    }

    /** Begins, if somebody wants to hear. */
    void start() {
        if (thread != null) {
            log.onError(this::error);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private boolean isHeard() {
        return thread != null;
    }

    private void put(Consumer<ServerListener> event) {
        if (isHeard() && !events.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    // --- the listeners' thread

    private void tell() {
        while (!ended || !events.isEmpty()) {
            try {
                Consumer<ServerListener> event = events.take();
                tellDropped();
                tell(event);
            } catch (InterruptedException e) {
                // By a listener, or it is the end: that is looked at next.
            }
        }
        droppedToldNs -= DROPPED_PAUSE_NS;
        tellDropped();
    }

    private void tellDropped() {
        long nowNs = System.nanoTime();
        if (dropped.get() > 0 && nowNs - droppedToldNs >= DROPPED_PAUSE_NS) {
            droppedToldNs = nowNs;
            long lost = dropped.getAndSet(0);
            log.warn("Listeners take too long: they missed " + lost + " events");
            tell(listener -> listener.onDropped(lost));
        }
    }

    private void tell(Consumer<ServerListener> event) {
        for (ServerListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) {
                // Its own concern and no other's, be it an error, or one that Java would declare.
                log.warn("A listener failed: " + e);
            }
        }
    }

    // --- the end

    /** Somebody closes the server: if that is a listener, it isn't waited for. */
    void closing() {
        if (Thread.currentThread() == thread) {
            closedByListener = true;
        }
    }

    /** Tells what has happened, and no more; waits for that, within bounds. */
    void close(long timeoutMs) throws InterruptedException {
        if (thread == null) {
            return;
        }
        ended = true;
        // Has it look, if it waits; with a full queue it doesn't.
        events.offer(_ -> {});
        if (closedByListener) {
            return;
        }
        thread.join(timeoutMs);
        if (thread.isAlive()) {
            log.warn("A listener did not return in time; it misses " + events.size() + " events");
            events.clear();
            thread.interrupt();
        }
    }

    // --- what happens

    private static ServerListener.Client client(ClientSnapshot of) {
        return new ServerListener.Client(
                of.cid(), SlowConsumers.cut(of.name()), of.account(), of.ip(), of.port());
    }

    @Override
    public void counted(String account, int clients) {}

    @Override
    public void connected(String account, Supplier<ClientSnapshot> client) {
        boolean recorded = Recording.isOn();
        if (recorded || isHeard()) {
            ServerListener.Client who = client(client.get());
            put(listener -> listener.onConnect(who));
            if (recorded) {
                recording.connected(who);
            }
        }
    }

    @Override
    public void disconnected(ClientSnapshot client) {
        boolean recorded = Recording.isOn();
        if (recorded || isHeard()) {
            ServerListener.Client who = client(client);
            ClientEnd end = client.end();
            String reason = end == null ? "" : end.reason().text();
            put(listener -> listener.onDisconnect(who, reason));
            if (recorded) {
                recording.disconnected(who, reason, client.started());
            }
        }
    }

    @Override
    public void refused(Supplier<ClientSnapshot> client) {}

    /** Somebody begins to be too slow. Routing thread. */
    void slow(SlowConsumer slow) {
        boolean recorded = Recording.isOn();
        if (recorded || isHeard()) {
            ServerListener.Client who =
                    new ServerListener.Client(
                            slow.cid(), slow.name(), slow.account(), slow.ip(), slow.port());
            put(listener -> listener.onSlowConsumer(who, slow.subject(), slow.pendingBytes()));
            if (recorded) {
                recording.slow(who, slow.subject(), slow.pendingBytes());
            }
        }
    }

    /** A producer is held back; only recordings show it, which know how long. Routing thread. */
    @Nullable Runnable stalled(Peer producer, Peer consumer) {
        return Recording.isOn() ? recording.stalled(producer, consumer) : null;
    }

    @Override
    public void up(LinkSnapshot link) {
        boolean recorded = Recording.isOn();
        if (recorded || isHeard()) {
            ServerListener.Route route = route(link);
            put(listener -> listener.onRouteUp(route));
            if (recorded) {
                recording.up(route);
            }
        }
    }

    @Override
    public void down(LinkSnapshot link, CloseReason reason) {
        boolean recorded = Recording.isOn();
        if (recorded || isHeard()) {
            ServerListener.Route route = route(link);
            put(listener -> listener.onRouteDown(route, reason.text()));
            if (recorded) {
                recording.down(route, reason.text(), link.since());
            }
        }
    }

    private static ServerListener.Route route(LinkSnapshot link) {
        return new ServerListener.Route(
                kind(link.kind()), link.id(), link.name(), link.account(), link.ip(), link.port());
    }

    private static ServerListener.Route.Kind kind(PeerKind of) {
        return switch (of) {
            case GATEWAY -> ServerListener.Route.Kind.GATEWAY;
            case SPOKE -> ServerListener.Route.Kind.LEAF_NODE;
            case HUB -> ServerListener.Route.Kind.HUB;
            default -> ServerListener.Route.Kind.ROUTE;
        };
    }

    private void error(String text) {
        String told = text.length() <= MAX_ERROR_CHARS ? text : text.substring(0, MAX_ERROR_CHARS);
        put(listener -> listener.onError(told));
    }

    /** A reload begins; told with its result. */
    Consumer<Reloading> reloads() {
        return Recording.isOn() ? recording.reloads() : _ -> {};
    }

    /**
     * What has come of a reload.
     *
     * @param changes what differs
     * @param refused how many of them need a restart
     * @param applied whether the others hold
     */
    record Reloading(int changes, int refused, boolean applied) {}
}
