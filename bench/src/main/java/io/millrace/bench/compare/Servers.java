package io.millrace.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The processes that are measured as one: a server, or the servers of a cluster. */
public final class Servers implements AutoCloseable {
    private final List<ServerUnderTest> members = new ArrayList<>();
    private final List<Integer> routePorts = new ArrayList<>();

    private Servers() {}

    /**
     * Starts a server that is alone.
     *
     * @param command how to start it; {@code {port}} in it is replaced
     * @param log where its output goes
     */
    static Servers alone(String command, Path log) throws IOException {
        Servers servers = new Servers();
        servers.members.add(new ServerUnderTest(command, log));
        return servers;
    }

    /**
     * Starts the servers of a cluster: the first, and when that answers all the others at once,
     * which dial it. When this returns all answer clients, but may not know each other yet.
     *
     * @param command how to start each, without its cluster; {@code {port}} in it is replaced
     * @param count number of members
     * @param log where their output goes
     */
    public static Servers clustered(String command, int count, Path log) throws IOException {
        Servers servers = new Servers();
        int seed = ServerUnderTest.freePort();
        servers.routePorts.add(seed);
        try {
            servers.members.add(new ServerUnderTest(command + listening(seed), log));
            servers.join(command, count - 1, " --routes nats-route://127.0.0.1:" + seed, log);
        } catch (IOException e) {
            servers.close();
            throw e;
        }
        return servers;
    }

    private static String listening(int routePort) {
        return " --cluster_name bench --cluster nats://127.0.0.1:" + routePort;
    }

    private void join(String command, int count, String dialing, Path log) throws IOException {
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ServerUnderTest>> started = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int port = ServerUnderTest.freePort();
                routePorts.add(port);
                String all = command + listening(port) + dialing;
                started.add(starting.submit(() -> new ServerUnderTest(all, log)));
            }
            IOException failed = null;
            for (Future<ServerUnderTest> server : started) {
                try {
                    members.add(server.get());
                } catch (ExecutionException e) {
                    failed = new IOException(e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failed = new IOException(e);
                }
            }
            if (failed != null) {
                throw failed;
            }
        }
    }

    /** The one that was started first comes first. */
    public List<ServerUnderTest> members() {
        return members;
    }

    /** The ports at which they take routes; none if there is one server only. */
    public List<Integer> routePorts() {
        return routePorts;
    }

    /** The ports at which they take clients. */
    List<Integer> ports() {
        return members.stream().map(ServerUnderTest::port).toList();
    }

    /** Processor time all have used so far, in seconds; the system counts in hundredths. */
    public double cpuSeconds() throws IOException {
        double seconds = 0;
        for (ServerUnderTest member : members) {
            seconds += member.cpuSeconds();
        }
        return seconds;
    }

    /** Resident memory of all in KiB. */
    public long residentKib() throws IOException {
        long kib = 0;
        for (ServerUnderTest member : members) {
            kib += member.residentKib();
        }
        return kib;
    }

    @Override
    public void close() {
        members.forEach(ServerUnderTest::close);
    }
}
