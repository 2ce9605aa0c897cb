package io.millrace.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
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
    private final List<Integer> webSocketPorts = new ArrayList<>();
    private final List<Store> stores = new ArrayList<>();

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

    /**
     * Starts three servers between which there are gateways and a leaf node's connection; see
     * {@link Links}. When this returns all answer clients, but may not know each other yet.
     *
     * @param command how to start each; {@code {port}} and {@code {config}} in it are replaced
     * @param folder where their configuration files go
     * @param log where their output goes
     */
    static Servers linked(String command, Path folder, Path log) throws IOException {
        Servers servers = new Servers();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ports.add(ServerUnderTest.freePort());
        }
        try {
            for (String text : Links.configurations(ports)) {
                Path file = Files.createTempFile(folder, "links", ".conf");
                Files.writeString(file, text);
                String own = command.replace(Options.CONFIG, file.toString());
                servers.members.add(new ServerUnderTest(own, log));
            }
        } catch (IOException e) {
            servers.close();
            throw e;
        }
        return servers;
    }

    /**
     * Starts a server whose clients come by WebSocket; see {@link WebSockets}.
     *
     * @param command how to start it; {@code {port}} and {@code {config}} in it are replaced
     * @param folder where its configuration file goes
     * @param log where its output goes
     */
    static Servers byWebSocket(String command, Path folder, Path log) throws IOException {
        int port = ServerUnderTest.freePort();
        Path file = Files.createTempFile(folder, "websocket", ".conf");
        Files.writeString(file, WebSockets.configuration(port));
        Servers servers = alone(command.replace(Options.CONFIG, file.toString()), log);
        servers.webSocketPorts.add(port);
        return servers;
    }

    /**
     * Starts a server that keeps streams, in a fresh folder that is removed with it.
     *
     * @param command how to start it; {@code {port}} in it is replaced, and {@code {config}} or
     *     {@code {synced}}
     * @param folder where its configuration file goes
     * @param stores the folder below which its store is
     * @param log where its output goes
     */
    static Servers storing(String command, Path folder, Path stores, Path log) throws IOException {
        Store store = Store.below(stores);
        boolean always = command.contains(Options.SYNCED);
        Path file = Files.createTempFile(folder, "jetstream", ".conf");
        Files.writeString(file, JetStreams.configuration(store.folder(), always));
        String own = command.replace(always ? Options.SYNCED : Options.CONFIG, file.toString());
        try {
            Servers servers = alone(own, log);
            servers.stores.add(store);
            return servers;
        } catch (IOException e) {
            store.close();
            throw e;
        }
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
        return webSocketPorts.isEmpty()
                ? members.stream().map(ServerUnderTest::port).toList()
                : webSocketPorts;
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
        stores.forEach(Store::close);
    }
}
