package io.millrace.test;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that is a process of a newer JVM than this one. It ends with this one. */
final class ServerProcess implements Running {
    private static final String SERVER = "io/millrace/broker/NatsServer.class";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("(?:nats|tls)://[^\"]*?:(\\d+)");

    private final Process process;
    private final Thread atExit;
    private final int port;

    private ServerProcess(Process process, Thread atExit, int port) {
        this.process = process;
        this.atExit = atExit;
        this.port = port;
    }

    static ServerProcess start(String config, int port, Path folder) throws IOException {
        Path java = NewerJava.find();
        Path file = Files.writeString(folder.resolve("server.conf"), config);
        Path log = folder.resolve("server.log");
        Path ports = Files.createTempDirectory(folder, "ports");
        Process process =
                new ProcessBuilder(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                jar().toString(),
                                "-c",
                                file.toString(),
                                "-a",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(port == 0 ? -1 : port),
                                "--ports_file_dir",
                                ports.toString())
                        .redirectOutput(log.toFile())
                        .redirectErrorStream(true)
                        .start();
        Thread atExit = new Thread(process::destroyForcibly, "millrace-test-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return new ServerProcess(process, atExit, await(process, ports, log));
        } catch (IOException | RuntimeException | Error e) {
            end(process, atExit);
            throw e;
        }
    }

    /** The jar that the server's classes are in. */
    private static File jar() throws IOException {
        URL url = ServerProcess.class.getClassLoader().getResource(SERVER);
        if (url == null) {
            throw new IOException("millrace-embedded is missing on the class path");
        }
        String within = url.getPath();
        try {
            return new File(new URI(within.substring(0, within.indexOf("!/"))));
        } catch (URISyntaxException | IndexOutOfBoundsException e) {
            throw new IOException("millrace-embedded isn't a jar of its own: " + url, e);
        }
    }

    private static int await(Process process, Path ports, Path log) throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < START.toNanos()) {
            Optional<Integer> port = port(ports);
            if (port.isPresent()) {
                return port.get();
            }
            try {
                if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the server doesn't start: " + Files.readString(log));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the server starts", e);
            }
        }
        throw new IOException("the server isn't ready in time: " + Files.readString(log));
    }

    private static Optional<Integer> port(Path ports) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(ports)) {
            files = all.filter(file -> file.toString().endsWith(".ports")).toList();
        }
        for (Path file : files) {
            Matcher found = PORT.matcher(Files.readString(file));
            if (found.find()) {
                return Optional.of(Integer.valueOf(found.group(1)));
            }
        }
        return Optional.empty();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Object server() {
        throw new IllegalStateException(
                "the server is a process of its own, since this JVM is older than 25");
    }

    @Override
    public void close() {
        end(process, atExit);
    }

    private static void end(Process process, Thread atExit) {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This JVM is about to end, and the hook has been called.
        }
    }
}
