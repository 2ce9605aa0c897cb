package io.millrace.bench.mesh;

import io.millrace.bench.compare.ServerUnderTest;
import io.millrace.bench.compare.Servers;
import io.millrace.bench.load.Crossing;
import io.millrace.bench.load.LoadClient;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Measures a mesh of some size: its start, its idling, and how its members learn of interest. */
final class Growth {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int LIMIT_S = 600;
    private static final double MIB = 1024 * 1024;
    private static final long MINUTE_S = 60;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** A mesh in which no connection has come or gone for that long is what it will be. */
    private static final long CALM_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    /** Start-up leaves work for the first seconds: compilers, collectors, first PINGs. */
    private static final long SETTLE_MS = 5_000;

    private final int subscriptions;
    private final int idleSeconds;

    /**
     * Says what is to be measured.
     *
     * @param subscriptions of all members together
     * @param idleSeconds how long the mesh is watched doing nothing
     */
    Growth(int subscriptions, int idleSeconds) {
        this.subscriptions = subscriptions;
        this.idleSeconds = idleSeconds;
    }

    /** Starts a mesh, measures it and ends it. */
    Figures measure(String command, int members, Path log) throws Exception {
        long start = System.nanoTime();
        try (Servers servers = Servers.clustered(command, members, log)) {
            RouteSockets routes = new RouteSockets(servers.routePorts());
            double completeMs = (awaitComplete(servers, routes) - start) / 1e6;

            Thread.sleep(SETTLE_MS);
            long idleBytes = -routes.bytes();
            double idleCpu = -servers.cpuSeconds();
            Thread.sleep(TimeUnit.SECONDS.toMillis(idleSeconds));
            idleCpu += servers.cpuSeconds();
            idleBytes += routes.bytes();
            long residentKib = servers.residentKib();
            int connections = routes.connections();

            long toldBytes = -routes.bytes();
            try (Told told = new Told(servers)) {
                double knownMs = told.subscribe();
                toldBytes += routes.bytes();
                // So that what was allocated in between has its time to go.
                Thread.sleep(SETTLE_MS);
                double perMinute = (double) MINUTE_S / idleSeconds;
                return new Figures(
                        completeMs,
                        connections,
                        residentKib / 1024.0 / members,
                        idleCpu * 1e3 / members * perMinute,
                        idleBytes / 1024.0 * perMinute,
                        knownMs,
                        (servers.residentKib() - residentKib) / 1024.0 / members,
                        toldBytes / MIB);
            }
        }
    }

    /** Returns when the last connection came about. */
    private static long awaitComplete(Servers servers, RouteSockets routes) throws Exception {
        int members = servers.members().size();
        long begin = System.nanoTime();
        long changed = begin;
        int before = 0;
        while (true) {
            int now = routes.connections();
            long time = System.nanoTime();
            if (now != before) {
                before = now;
                changed = time;
            } else if (time - changed > CALM_NS && allKnow(servers, members)) {
                return changed;
            }
            if (time - begin > LIMIT_NS) {
                throw new IOException("the mesh isn't complete: " + now + " connections");
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private static boolean allKnow(Servers servers, int members) throws IOException {
        for (ServerUnderTest server : servers.members()) {
            if (LoadClient.connectUrls(server.port()) < members) {
                return false;
            }
        }
        return true;
    }

    /** A client at each member, and one more for each other member that is to hear of it. */
    private final class Told implements AutoCloseable {
        private final List<LoadClient> subscribers = new ArrayList<>();
        private final List<List<LoadClient>> publishers = new ArrayList<>();

        Told(Servers servers) throws IOException {
            for (ServerUnderTest near : servers.members()) {
                subscribers.add(new LoadClient(near.port()));
                List<LoadClient> elsewhere = new ArrayList<>();
                for (ServerUnderTest far : servers.members()) {
                    if (far != near) {
                        elsewhere.add(new LoadClient(far.port()));
                    }
                }
                publishers.add(elsewhere);
            }
        }

        /** Returns the milliseconds until everything is known everywhere. */
        double subscribe() throws Exception {
            long start = System.nanoTime();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < subscribers.size(); i++) {
                    int member = i;
                    running.add(threads.submit(() -> subscribe(member)));
                }
                try {
                    for (Future<?> each : running) {
                        each.get(LIMIT_S, TimeUnit.SECONDS);
                    }
                } catch (TimeoutException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
            return (System.nanoTime() - start) / 1e6;
        }

        private Void subscribe(int member) throws IOException {
            LoadClient subscriber = subscribers.get(member);
            StringBuilder batch = new StringBuilder();
            for (int i = member; i < subscriptions; i += subscribers.size()) {
                batch.append("SUB mesh.").append(i).append(' ').append(i).append("\r\n");
                if (batch.length() > BATCH_BYTES) {
                    subscriber.send(batch.toString());
                    batch.setLength(0);
                }
            }
            subscriber.send(batch.toString());
            for (LoadClient publisher : publishers.get(member)) {
                Crossing.await(subscriber, publisher);
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            for (LoadClient subscriber : subscribers) {
                subscriber.close();
            }
            for (List<LoadClient> elsewhere : publishers) {
                for (LoadClient publisher : elsewhere) {
                    publisher.close();
                }
            }
        }
    }
}
