package io.millrace.broker.testing;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.start.OptionsBuilder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.Consumer;

/** A server's place in a cluster: what stays when it is killed and started again. */
final class Seat implements AutoCloseable {
    private enum State {
        RUNNING,
        PAUSED,
        KILLED
    }

    private final String name;
    private final int port = FreePort.any();
    private final int clusterPort = FreePort.any();

    /** Where clients come in; null if they come to the server itself. */
    private final @Nullable LoopbackProxy front;

    private Consumer<OptionsBuilder> options = _ -> {};
    private State state = State.RUNNING;
    private @Nullable NatsServer server;

    /**
     * A place that nobody has taken yet.
     *
     * @param proxied whether clients come in through a proxy
     */
    Seat(String name, boolean proxied) throws IOException {
        this.name = name;
        front = proxied ? new LoopbackProxy() : null;
        if (front != null) {
            front.leadTo(port);
        }
    }

    /** What the server will be like, wherever it may choose. */
    void use(Consumer<OptionsBuilder> wanted, ClusterOptions cluster) {
        ClusterOptions own = cluster.toBuilder().host(NatsServers.HOST).port(clusterPort).build();
        options =
                wanted.andThen(
                        all -> {
                            all.serverName(name).host(NatsServers.HOST).port(port).cluster(own);
                            if (front != null) {
                                all.set(
                                        ListenKeys.CLIENT_ADVERTISE,
                                        NatsServers.HOST + ":" + front.port());
                            }
                        });
    }

    String name() {
        return name;
    }

    int clusterPort() {
        return clusterPort;
    }

    /** What clients connect to. */
    String url() {
        return "nats://" + NatsServers.HOST + ':' + (front == null ? port : front.port());
    }

    /** The server; none while it is killed. */
    @Nullable NatsServer server() {
        return server;
    }

    boolean isPaused() {
        return state == State.PAUSED;
    }

    boolean isKilled() {
        return state == State.KILLED;
    }

    /** Starts the server; {@link #settle} lets clients in. */
    void start() throws IOException {
        server = NatsServer.builder().options(options).start();
    }

    void pause() {
        state = State.PAUSED;
    }

    void run() {
        state = State.RUNNING;
    }

    void kill() {
        state = State.KILLED;
    }

    /** Does for clients what the state demands. */
    void settle() {
        if (front != null) {
            switch (state) {
                case RUNNING -> front.resume();
                case PAUSED -> front.pause();
                case KILLED -> front.refuse();
            }
        }
    }

    /** Closes the server, if there is one. */
    void stop() {
        NatsServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    /** Lets nobody in any more; the server is yet to be stopped. */
    @Override
    public void close() throws IOException {
        if (front != null) {
            front.close();
        }
    }
}
