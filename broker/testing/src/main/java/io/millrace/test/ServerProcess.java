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
    private static final String MAIN = "io/millrace/test/ServerMain.class";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("(?:nats|tls)://[^\"]*?:(\\d+)");

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServerProcess start(String config, int port, Path folder) throws IOException {
        Path log = folder.resolve("server.log");
        Path ports = Files.createTempDirectory(folder, "ports");
        Process process =
                new ProcessBuilder(command(config, port, folder, ports))
                        .redirectOutput(log.toFile())
                        .redirectErrorStream(true)
                        .start();
        try {
            return new ServerProcess(process, await(process, ports, log));
        } catch (IOException | RuntimeException | Error e) {
            end(process);
            throw e;
        }
    }

    static List<String> command(String config, int port, Path folder, Path ports)
            throws IOException {
        Path java = NewerJava.find();
        Path file = Files.writeString(folder.resolve("server.conf"), config);
        return List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                place(SERVER) + File.pathSeparator + place(MAIN),
                ServerMain.class.getName(),
                folder.toString(),
                "-c",
                file.toString(),
                "-a",
                "127.0.0.1",
                "-p",
                String.valueOf(port == 0 ? -1 : port),
                "--ports_file_dir",
                ports.toString());
    }

    /** The jar, or the folder, that a class is in. */
    private static File place(String classFile) throws IOException {
        URL url = ServerProcess.class.getClassLoader().getResource(classFile);
        if (url == null) {
            throw new IOException("millrace-embedded is missing on the class path");
        }
        String at = url.toString();
        String root = at.substring(0, at.length() - classFile.length());
        try {
            return new File(new URI(root.replaceAll("^jar:|!/$", "")));
        } catch (URISyntaxException | IllegalArgumentException e) {
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
        end(process);
    }

    private static void end(Process process) {
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
    }
}
