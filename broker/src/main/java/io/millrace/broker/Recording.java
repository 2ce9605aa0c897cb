package io.millrace.broker;

import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.SlowConsumers;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * What recordings of the JVM show of a server. As long as there is none, no event is made, nor are
 * their classes loaded, which would take a part of the start.
 */
final class Recording {
    private static final boolean HAS_RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private final String server;

    /**
     * Makes that of a server.
     *
     * @param server its name, as there may be several in a JVM
     */
    Recording(String server) {
        this.server = server;
    }

    /** Whether there is, or was, a recording. */
    static boolean isOn() {
        return HAS_RECORDER && FlightRecorder.isInitialized();
    }

    void connected(ServerListener.Client client) {
        Connect event = new Connect();
        describe(event, client);
        event.account = client.account();
        event.host = client.host();
        event.commit();
    }

    void disconnected(ServerListener.Client client, String reason, Instant since) {
        Disconnect event = new Disconnect();
        describe(event, client);
        event.reason = reason;
        event.lasted = Duration.between(since, Instant.now()).toMillis();
        event.commit();
    }

    void slow(ServerListener.Client client, String subject, long pendingBytes) {
        Slow event = new Slow();
        describe(event, client);
        event.subject = subject;
        event.pendingBytes = pendingBytes;
        event.commit();
    }

    /** Begins a stall, which ends when it is told so; null if none is recorded. */
    @Nullable Runnable stalled(Peer producer, Peer consumer) {
        Stall event = new Stall();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        event.server = server;
        event.cid = producer.id;
        event.client = SlowConsumers.cut(producer.name);
        event.consumerKind = consumer.kind.text();
        event.consumerCid = consumer.id;
        event.consumer = SlowConsumers.cut(consumer.name);
        event.pendingBytes = consumer.outbound.pendingBytes();
        return event::commit;
    }

    void up(ServerListener.Route route) {
        RouteUp event = new RouteUp();
        describe(event, route);
        event.host = route.host();
        event.commit();
    }

    void down(ServerListener.Route route, String reason, Instant since) {
        RouteDown event = new RouteDown();
        describe(event, route);
        event.reason = reason;
        event.lasted = Duration.between(since, Instant.now()).toMillis();
        event.commit();
    }

    /** Begins a reload, which ends when it is told what has come of it. */
    Consumer<Listening.Reloading> reloads() {
        Reload event = new Reload();
        event.begin();
        return result -> {
            event.server = server;
            event.changes = result.changes();
            event.refused = result.refused();
            event.applied = result.applied();
            event.commit();
        };
    }

    private void describe(OfClient event, ServerListener.Client client) {
        event.server = server;
        event.cid = client.cid();
        event.client = client.name();
    }

    private void describe(OfRoute event, ServerListener.Route route) {
        event.server = server;
        event.kind = route.kind().name();
        event.id = route.id();
        event.remote = route.name();
        event.account = route.account();
    }

    /** What all have. */
    @Category("Millrace")
    @StackTrace(false)
    private abstract static class OfServer extends Event {
        String server = "";
    }

    private abstract static class OfClient extends OfServer {
        long cid;
        String client = "";
    }

    private abstract static class OfRoute extends OfServer {
        String kind = "";
        long id;
        String remote = "";
        String account = "";
    }

    @Name("io.millrace.Connect")
    @Label("Client connected")
    private static final class Connect extends OfClient {
        String account = "";
        String host = "";
    }

    @Name("io.millrace.Disconnect")
    @Label("Client gone")
    private static final class Disconnect extends OfClient {
        String reason = "";

        @Timespan(Timespan.MILLISECONDS)
        long lasted;
    }

    @Name("io.millrace.SlowConsumer")
    @Label("Slow consumer")
    private static final class Slow extends OfClient {
        String subject = "";
        @DataAmount long pendingBytes;
    }

    @Name("io.millrace.Stall")
    @Label("Producer held back")
    private static final class Stall extends OfClient {
        String consumerKind = "";
        long consumerCid;
        String consumer = "";
        @DataAmount long pendingBytes;
    }

    @Name("io.millrace.RouteUp")
    @Label("Connected to another server")
    private static final class RouteUp extends OfRoute {
        String host = "";
    }

    @Name("io.millrace.RouteDown")
    @Label("Connection to another server gone")
    private static final class RouteDown extends OfRoute {
        String reason = "";

        @Timespan(Timespan.MILLISECONDS)
        long lasted;
    }

    @Name("io.millrace.Reload")
    @Label("Configuration reloaded")
    private static final class Reload extends OfServer {
        int changes;
        int refused;
        boolean applied;
    }
}
