package io.millrace.broker.testing;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.start.OptionsBuilder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The servers of a cluster in this JVM, and what may befall them. They are numbered from 0.
 *
 * <p>Proxies stand between each two of them, and before each for its clients, which is how they are
 * parted and paused. Clients that shall notice connect to {@link #url}; what they are told of the
 * other servers leads through the proxies, too. {@link NatsServer#clientUrl} leads around them.
 *
 * <p>What is done to the servers holds at once, but the others need a while to notice; {@link
 * #awaitMesh} waits for that. Threads may share it.
 */
public final class NatsServers implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    private static final Duration SOON = Duration.ofSeconds(60);

    /** The JVM may be new, and the machine busy. */
    private static final Duration START = Duration.ofSeconds(60);

    private static final long LOOK_NS = Duration.ofMillis(2).toNanos();

    private final List<Seat> seats = new ArrayList<>();
    private final @Nullable Links links;
    private boolean closed;

    private NatsServers(Builder wanted) throws IOException {
        links = wanted.direct ? null : new Links();
        try {
            for (int i = 0; i < wanted.size; i++) {
                add(wanted);
            }
            awaitMesh(START);
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void add(Builder wanted) throws IOException {
        Seat added = new Seat("server-" + seats.size(), links != null);
        List<Seat> before = List.copyOf(seats);
        seats.add(added);
        ClusterOptions cluster = wanted.cluster;
        if (links != null) {
            cluster = links.add(added, before, cluster);
        } else if (!before.isEmpty()) {
            RouteUrl last = route(before.getLast().clusterPort(), cluster);
            cluster = cluster.toBuilder().routes(List.of(last)).build();
        }
        added.use(wanted.options, cluster);
        added.start();
    }

    /** How a server of the cluster is dialed at some port. */
    static RouteUrl route(int port, ClusterOptions options) {
        return new RouteUrl(HOST, port, options.username(), options.password());
    }

    /**
     * Servers with the defaults of the executable, but bound to the loopback interface.
     *
     * @param size how many, 1 at least
     */
    public static Builder builder(int size) {
        return new Builder(size);
    }

    /** How many servers there are, those that were killed included. */
    public int size() {
        return seats.size();
    }

    /**
     * A server; another one after {@link #restart}.
     *
     * @throws IllegalStateException if it is killed
     */
    public synchronized NatsServer server(int index) {
        NatsServer server = seat(index).server();
        if (server == null) {
            throw new IllegalStateException(seat(index).name() + " is killed");
        }
        return server;
    }

    /** All servers but those that are killed. */
    public synchronized List<NatsServer> servers() {
        return seats.stream().map(Seat::server).filter(Objects::nonNull).toList();
    }

    /** What clients of a server connect to; stays the same when it is started again. */
    public String url(int index) {
        return seat(index).url();
    }

    /** What clients connect to that may be at any server: all URLs, with commas between them. */
    public String urls() {
        return seats.stream().map(Seat::url).collect(Collectors.joining(","));
    }

    private Seat seat(int index) {
        return seats.get(index);
    }

    /** The seat of a server that isn't killed. */
    private Seat taken(int index) {
        server(index);
        return seat(index);
    }

    // --- what may befall them

    /**
     * Parts two servers: their routes are cut, and nothing passes between them in either direction
     * until they are healed, not by way of the other servers, either, since messages take one route
     * at most. Clients reach both. Returns once both have noticed.
     *
     * @throws IllegalArgumentException if it is one server
     * @throws IllegalStateException if the servers are connected directly
     */
    public synchronized void partition(int one, int other) {
        if (one == other) {
            throw new IllegalArgumentException("a server can't be parted from itself: " + one);
        }
        Seat first = seat(one);
        Seat second = seat(other);
        links().part(first, second);
        await(
                SOON,
                () -> {
                    MeshCheck check = new MeshCheck();
                    check(check, first, second);
                    check(check, second, first);
                    return check.problems();
                });
    }

    /**
     * Lets two servers reach each other again; they dial once a second. Does nothing if they aren't
     * parted.
     *
     * @throws IllegalStateException if the servers are connected directly
     */
    public synchronized void heal(int one, int other) {
        links().heal(seat(one), seat(other));
    }

    /**
     * Lets all servers reach each other again, save those that are paused or killed.
     *
     * @throws IllegalStateException if the servers are connected directly
     */
    public synchronized void heal() {
        links().heal();
    }

    private Links links() {
        if (links == null) {
            throw new IllegalStateException("nothing stands between servers that are direct");
        }
        return links;
    }

    /**
     * Holds up all that comes to a server and from it: to the other servers and to clients at its
     * {@link #url}, it is as if its process were stopped. Connections stay, new ones are accepted,
     * and nobody answers. They take notice when they miss an answer to PING: by default, other
     * servers after a minute or more.
     *
     * <p>The server itself goes on, as its threads can't be stopped in this JVM. To it, it is as if
     * all others were stopped: its timers run, and it will give them up as they do it. Clients at
     * its {@link NatsServer#clientUrl} notice nothing.
     *
     * @throws IllegalStateException if it is killed, or the servers are connected directly
     */
    public synchronized void pause(int index) {
        Links between = links();
        Seat seat = taken(index);
        seat.pause();
        seat.settle();
        between.settle();
    }

    /**
     * Lets a server go on; what was held up comes first. Does nothing if it wasn't paused.
     *
     * @throws IllegalStateException if it is killed, or the servers are connected directly
     */
    public synchronized void resume(int index) {
        Links between = links();
        Seat seat = taken(index);
        seat.run();
        seat.settle();
        between.settle();
    }

    /**
     * Kills a server. Its connections are cut at once, without a farewell, and new ones are
     * refused; what it hadn't passed on is lost. Then it is closed, which may take some seconds and
     * is seen by nobody but clients that have gone around the proxies. Between servers that are
     * connected directly, that is all there is: they do see its farewell.
     *
     * @throws IllegalStateException if it is killed already
     */
    public synchronized void kill(int index) {
        Seat seat = taken(index);
        seat.kill();
        seat.settle();
        if (links != null) {
            links.settle();
        }
        seat.stop();
    }

    /**
     * Starts a server that was killed, with the same name and ports. From whom it was parted it
     * still is. A server that runs is closed before, as for an upgrade, and says farewell.
     *
     * @throws IOException if another process has taken one of its ports; it is killed then
     */
    public synchronized void restart(int index) throws IOException {
        if (closed) {
            throw new IllegalStateException("the servers are closed");
        }
        Seat seat = seat(index);
        if (seat.isPaused()) {
            resume(index);
        }
        seat.stop();
        seat.run();
        if (links != null) {
            links.settle();
        }
        try {
            seat.start();
        } catch (IOException | RuntimeException | Error e) {
            seat.kill();
            if (links != null) {
                links.settle();
            }
            throw e;
        } finally {
            seat.settle();
        }
    }

    // --- waiting

    /** As {@link #awaitMesh(Duration)}, for a minute at most. */
    public void awaitMesh() {
        awaitMesh(SOON);
    }

    /**
     * Waits until each server has the routes that it should have: all to each of the others, but
     * none to those that are killed or parted from it. Of paused ones nothing is asked.
     *
     * @throws AssertionError if that isn't so in time; says which server has too few, or too many
     */
    public void awaitMesh(Duration limit) {
        await(limit, () -> check().problems());
    }

    private synchronized MeshCheck check() {
        MeshCheck check = new MeshCheck();
        for (Seat seat : seats) {
            for (Seat other : seats) {
                if (seat != other) {
                    check(check, seat, other);
                }
            }
        }
        return check;
    }

    private void check(MeshCheck check, Seat seat, Seat other) {
        NatsServer server = seat.server();
        NatsServer otherServer = other.server();
        if (server == null) {
            return;
        }
        if (links != null && links.areParted(seat, other)) {
            check.apart(server, other.name(), "from which it is parted");
        } else if (seat.isPaused() || other.isPaused()) {
            return;
        } else if (otherServer == null) {
            check.apart(server, other.name(), "which is killed");
        } else {
            check.connected(server, otherServer);
        }
    }

    /**
     * Waits until servers have all routes to each other and none to anybody else, whoever has
     * started them.
     *
     * @throws AssertionError if they don't in that time; says which has too few, or too many
     */
    public static void awaitMesh(Duration limit, List<NatsServer> servers) {
        await(
                limit,
                () -> {
                    MeshCheck check = new MeshCheck();
                    for (NatsServer server : servers) {
                        check.complete(
                                server, servers.stream().filter(each -> each != server).toList());
                    }
                    return check.problems();
                });
    }

    /**
     * Waits until each server that isn't killed knows of so many subscriptions: those of its own
     * clients, and what the others have told. They tell of equal ones of the same account once, of
     * queue groups as well. For a minute at most.
     *
     * @throws AssertionError if they don't in that time; says which knows of how many
     */
    public void awaitSubscriptions(int count) {
        await(
                SOON,
                () ->
                        servers().stream()
                                .filter(server -> server.subscriptionCount() != count)
                                .map(
                                        server ->
                                                "%s knows of %d subscriptions instead of %d"
                                                        .formatted(
                                                                server.name(),
                                                                server.subscriptionCount(),
                                                                count))
                                .toList());
    }

    private static void await(Duration limit, Supplier<List<String>> problems) {
        long endNs = System.nanoTime() + limit.toNanos();
        List<String> left = problems.get();
        while (!left.isEmpty()) {
            if (System.nanoTime() - endNs > 0) {
                throw new AssertionError(
                        "not within %s ms: %s"
                                .formatted(limit.toMillis(), String.join("; ", left)));
            }
            LockSupport.parkNanos(LOOK_NS);
            left = problems.get();
        }
    }

    /** Closes all servers, whatever has befallen them. A second call does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        // First what they would wait for.
        for (Seat seat : seats) {
            seat.close();
        }
        if (links != null) {
            links.close();
        }
        seats.forEach(Seat::stop);
    }

    /** Collects what the servers shall be like. Not for sharing among threads. */
    public static final class Builder {
        private final int size;
        private Consumer<OptionsBuilder> options = _ -> {};
        private ClusterOptions cluster = ClusterOptions.builder().name("test").build();
        private boolean direct;

        private Builder(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("a cluster has 1 server at least: " + size);
            }
            this.size = size;
        }

        /** Any option of all servers, but for their names, addresses and the cluster. */
        public Builder options(Consumer<OptionsBuilder> change) {
            options = options.andThen(change);
            return this;
        }

        /** Any option of the cluster, but for addresses and routes. */
        public Builder cluster(UnaryOperator<ClusterOptions.Builder> change) {
            cluster = change.apply(cluster.toBuilder()).build();
            return this;
        }

        /**
         * Connects the servers, and their clients, without proxies. Each knows the one before it
         * and hears of the others by gossip, as in a cluster that has grown. They can be killed,
         * but not parted or paused.
         */
        public Builder direct() {
            direct = true;
            return this;
        }

        /**
         * Starts the servers and returns once all are connected to each other.
         *
         * @throws IOException if one of them can't listen
         * @throws IllegalArgumentException if the options contradict each other; lists all problems
         * @throws AssertionError if they don't find each other within a minute
         */
        public NatsServers start() throws IOException {
            return new NatsServers(this);
        }
    }
}
