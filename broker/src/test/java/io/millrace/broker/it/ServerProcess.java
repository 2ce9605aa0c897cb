package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server as users start it: the launcher of the distribution that the build made; {@code
 * millrace.server.jvm} has further flags of the JVM.
 */
final class ServerProcess implements AutoCloseable {
    static final Path LAUNCHER =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolve("target/millrace/bin/millrace");
    private static final Pattern LISTENING =
            Pattern.compile("Listening for client connections on 127\\.0\\.0\\.1:(\\d+)");
    private static final int LIMIT_S = 60;

    private final Process process;
    private final Path err;

    /** Starts a server; its standard error goes to a file in the folder. */
    ServerProcess(Path folder, String... arguments) throws IOException {
        this(LAUNCHER, Map.of(), folder, arguments);
    }

    /** Starts a server by another launcher, with further variables of the environment. */
    ServerProcess(Path launcher, Map<String, String> environment, Path folder, String... arguments)
            throws IOException {
        this(launcher, environment, folder, true, List.of(arguments));
    }

    private ServerProcess(
            Path launcher,
            Map<String, String> environment,
            Path folder,
            boolean isRead,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        err = Files.createTempFile(folder, "server", ".err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .put("MILLRACE_JAVA_OPTS", System.getProperty("millrace.server.jvm", ""));
        builder.environment().putAll(environment);
        process =
                builder.redirectError(
                                isRead
                                        ? ProcessBuilder.Redirect.to(err.toFile())
                                        : ProcessBuilder.Redirect.PIPE)
                        .redirectOutput(Files.createTempFile(folder, "server", ".out").toFile())
                        .start();
    }

    /** Starts a server on any free port of the loopback interface, and waits until it is ready. */
    static ServerProcess ready(Path folder, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-a", "127.0.0.1", "-p", "-1"));
        all.addAll(List.of(arguments));
        ServerProcess server = new ServerProcess(folder, all.toArray(String[]::new));
        server.awaitLine("Server is ready");
        return server;
    }

    /** Starts a server whose standard error is a pipe that nobody reads. */
    static ServerProcess unread(Path folder, String... arguments) throws IOException {
        return new ServerProcess(LAUNCHER, Map.of(), folder, false, List.of(arguments));
    }

    long pid() {
        return process.pid();
    }

    /** The port in the line that harnesses look for. */
    int port() throws IOException {
        Matcher listening = LISTENING.matcher(errors());
        assertThat(listening.find()).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    /** What was written to standard error. */
    String errors() throws IOException {
        return Files.readString(err);
    }

    void awaitLine(String text) throws IOException {
        Modes.await("standard error with: " + text, () -> has(text) || !process.isAlive());
        assertThat(errors()).contains(text);
    }

    private boolean has(String text) {
        try {
            return errors().contains(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a signal, such as {@code TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + pid()).start();
        assertThat(kill.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    /** Waits for the end; returns the exit status. */
    int awaitExit() throws IOException, InterruptedException {
        assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).as("ends: %s", errors()).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor(LIMIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
