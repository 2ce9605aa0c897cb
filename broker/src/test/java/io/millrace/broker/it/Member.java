package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.testing.FreePort;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A member of a cluster that is a process, of this server or of another that takes the same flags.
 * Once it is killed, it can be started again with the same name and ports.
 */
final class Member implements AutoCloseable {
    private static final Pattern CREATED = Pattern.compile(" - Route connection created");
    private static final Pattern CLOSED = Pattern.compile(" - Router connection closed");

    private final Path launcher;
    private final Path folder;
    private final List<String> arguments;
    private final int port = FreePort.any();
    private final int clusterPort = FreePort.any();
    private @Nullable ServerProcess process;

    /**
     * Makes a member that isn't started.
     *
     * @param launcher of the server
     * @param folder for what it writes
     * @param seed the member that it asks for the others; null if it is the first
     * @param more further arguments
     */
    Member(Path launcher, Path folder, String name, @Nullable Member seed, String... more)
            throws IOException {
        this.launcher = launcher;
        this.folder = folder;
        arguments = new ArrayList<>(List.of("-a", "127.0.0.1", "-p", "" + port, "-n", name));
        arguments.addAll(List.of("--cluster", "nats://127.0.0.1:" + clusterPort));
        arguments.addAll(List.of("--cluster_name", "C"));
        if (seed != null) {
            arguments.addAll(List.of("--routes", "nats://127.0.0.1:" + seed.clusterPort));
        }
        arguments.addAll(List.of(more));
    }

    /**
     * Makes a member that isn't started, and finds all it needs in a file, its ports among it.
     *
     * @param launcher of the server
     * @param folder for what it writes
     */
    Member(Path launcher, Path folder, Path config) throws IOException {
        this.launcher = launcher;
        this.folder = folder;
        arguments = List.of("-c", config.toString());
    }

    /** The {@code nats-server} of the search path. */
    static Optional<Path> natsServer() {
        String searched = System.getenv().getOrDefault("PATH", "");
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(searched)
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it, and waits until it is ready. */
    void start() throws IOException {
        ServerProcess started =
                new ServerProcess(launcher, Map.of(), folder, arguments.toArray(String[]::new));
        process = started;
        started.awaitLine("Server is ready");
    }

    /** Kills it, without time for a farewell. */
    void kill() throws IOException, InterruptedException {
        ServerProcess killed = process();
        killed.signal("KILL");
        killed.awaitExit();
    }

    ServerProcess process() {
        ServerProcess started = process;
        assertThat(started).isNotNull();
        return started;
    }

    int port() {
        return port;
    }

    int clusterPort() {
        return clusterPort;
    }

    /** Waits until it has so many routes, by its log. */
    void awaitRoutes(int count) {
        Modes.await(() -> routes() + " routes instead of " + count, () -> routes() == count);
    }

    private long routes() {
        try {
            String log = process().errors();
            return CREATED.matcher(log).results().count() - CLOSED.matcher(log).results().count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ServerProcess started = process;
        if (started != null) {
            started.close();
        }
    }
}
