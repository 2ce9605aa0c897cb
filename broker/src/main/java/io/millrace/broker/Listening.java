package io.millrace.broker;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ClientWatcher;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.view.ClientEnd;
import io.millrace.broker.routing.view.ClientSnapshot;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells an application, and recordings of the JVM, what happens. The routing thread puts events in
 * and never waits; a thread of its own tells the application, if that wants to hear.
 */
final class Listening implements ClientWatcher {
    private static final int MAX_EVENTS = 4096;

    private final List<ServerListener> listeners;
    private final ServerLog log;
    private final BlockingQueue<Consumer<ServerListener>> events =
            new ArrayBlockingQueue<>(MAX_EVENTS);
    private final @Nullable Thread thread;
    private volatile boolean ended;

    Listening(List<ServerListener> listeners, ServerLog log) {
        this.listeners = List.copyOf(listeners);
        this.log = log;
        thread = listeners.isEmpty() ? null : new Thread(this::tell, "millrace-listener");
    }

    /** Begins, if somebody wants to hear. */
    void start() {
        if (thread != null) {
            log.onError(text -> put(listener -> listener.onError(text)));
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void put(Consumer<ServerListener> event) {
        // What finds no room is the listeners' loss.
        if (!listeners.isEmpty()) {
            events.offer(event);
        }
    }

    private void tell() {
        while (!ended || !events.isEmpty()) {
            try {
                Consumer<ServerListener> event = events.take();
                listeners.forEach(listener -> tell(listener, event));
            } catch (InterruptedException e) {
                // It is to look whether that was the end.
            }
        }
    }

    /** What a listener throws is its own concern, and no other's. */
    private void tell(ServerListener listener, Consumer<ServerListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            log.warn("A listener failed: " + e);
        }
    }

    /** Tells what has happened, and no more; waits for that, within bounds. */
    void close(long timeoutMs) throws InterruptedException {
        if (thread != null) {
            ended = true;
            thread.interrupt();
            thread.join(timeoutMs);
        }
    }

    private static ServerListener.Client client(ClientSnapshot of) {
        return new ServerListener.Client(of.cid(), of.name(), of.account(), of.ip(), of.port());
    }

    @Override
    public void counted(String account, int clients) {}

    @Override
    public void connected(String account, Supplier<ClientSnapshot> client) {
        boolean recorded = Recording.isOn();
        if (recorded || !listeners.isEmpty()) {
            ServerListener.Client who = client(client.get());
            put(listener -> listener.onConnect(who));
            if (recorded) {
                Recording.connected(who);
            }
        }
    }

    @Override
    public void disconnected(ClientSnapshot client) {
        boolean recorded = Recording.isOn();
        if (recorded || !listeners.isEmpty()) {
            ServerListener.Client who = client(client);
            ClientEnd end = client.end();
            String reason = end == null ? "" : end.reason().text();
            put(listener -> listener.onDisconnect(who, reason));
            if (recorded) {
                Recording.disconnected(who, reason);
            }
        }
    }

    @Override
    public void refused(Supplier<ClientSnapshot> client) {}

    /** Somebody begins to be too slow. Routing thread. */
    void slow(SlowConsumer slow) {
        ServerListener.Client who =
                new ServerListener.Client(
                        slow.cid(), slow.name(), slow.account(), slow.ip(), slow.port());
        put(listener -> listener.onSlowConsumer(who, slow.subject(), slow.pendingBytes()));
        if (Recording.isOn()) {
            Recording.slow(who, slow.subject(), slow.pendingBytes());
        }
    }
}
