package io.millrace.bench.siege;

import io.millrace.bench.compare.ServerUnderTest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server that is besieged: the real executable, in a process of its own. */
final class Besieged implements AutoCloseable {
    /** How long it may take to end. */
    static final int END_S = 15;

    private static final int START_S = 30;
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    private final Ground ground;
    private final String threading;
    private final Bounds bounds;
    private final Path folder;
    private final Path config;
    private final int port = ServerUnderTest.freePort();
    private final int httpPort = ServerUnderTest.freePort();
    private final int clusterPort = ServerUnderTest.freePort();
    private final Process process;
    private final @Nullable ServerLines lines;
    private int generation = 1;

    /**
     * Starts a server and waits until it answers.
     *
     * @param launcher the executable
     * @param folder has {@code cert.pem} and {@code key.pem}, and gets the configuration
     * @param threading {@code inline} or {@code dedicated}
     */
    Besieged(Path launcher, Path folder, Ground ground, String threading, Bounds bounds)
            throws IOException, InterruptedException {
        this.ground = ground;
        this.threading = threading;
        this.bounds = bounds;
        this.folder = folder;
        config = folder.resolve("siege-" + port + ".conf");
        writeConfig();
        List<String> command =
                new ArrayList<>(List.of(launcher.toString(), "-c", config.toString()));
        if (!ground.isLogRead()) {
            command.add("-DV");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        // Where the JVM leaves its report if it dies.
                        .directory(folder.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("MILLRACE_JAVA_OPTS", String.join(" ", bounds.javaOptions()));
        process = builder.start();
        lines = ground.isLogRead() ? new ServerLines(process.getErrorStream()) : null;
        awaitAnswer();
    }

    private void writeConfig() throws IOException {
        String text =
                (bounds.config() + ground.config())
                        .replace("{port}", "" + port)
                        .replace("{http}", "" + httpPort)
                        .replace("{cluster}", "" + clusterPort)
                        .replace("{folder}", folder.toString())
                        .replace("{threading}", threading)
                        .replace("{generation}", "" + (1000 + generation++ % 2));
        Path next = config.resolveSibling(config.getFileName() + ".next");
        Files.writeString(next, text);
        Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        Deadline late = Deadline.inSeconds(START_S);
        while (true) {
            try {
                Talk.connected(port, Probe.USER, Probe.USER).close();
                return;
            } catch (ConnectException e) {
                if (late.isOver() || !process.isAlive()) {
                    process.destroyForcibly();
                    throw new IOException("the server doesn't start:\n" + log(), e);
                }
                late.pause(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    Ground ground() {
        return ground;
    }

    int port() {
        return port;
    }

    int httpPort() {
        return httpPort;
    }

    int clusterPort() {
        return clusterPort;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What was logged, shortened; empty where nobody reads it. */
    String log() {
        return lines == null ? "" : lines.text();
    }

    /** What was logged of peers; null where nobody reads it. */
    @Nullable ServerLines lines() {
        return lines;
    }

    /** Resident memory in KiB; 0 if it has ended. */
    long residentKib() throws IOException {
        try {
            Matcher resident =
                    RESIDENT.matcher(
                            Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            return resident.find() ? Long.parseLong(resident.group(1)) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Has the server read its configuration again, which has changed a little. */
    synchronized void reload() throws IOException, InterruptedException {
        writeConfig();
        signal("HUP");
    }

    /** Sends a signal, such as {@code TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        if (!kill.waitFor(START_S, TimeUnit.SECONDS)) {
            kill.destroyForcibly();
        }
    }

    /** Waits for its end; returns what is wrong with it, empty if it ended in time and well. */
    String awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
            return "it doesn't end within " + END_S + " s";
        }
        return process.exitValue() == 0 ? "" : "it ended with status " + process.exitValue();
    }

    /** Asks it to end; returns what is wrong with its end, empty if nothing is. */
    String end() throws IOException, InterruptedException {
        if (process.isAlive()) {
            signal("TERM");
        }
        return awaitEnd();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(config);
    }
}
