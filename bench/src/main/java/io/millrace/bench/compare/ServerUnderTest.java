package io.millrace.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server process that was started for a measurement, and what the system says of it. */
public final class ServerUnderTest implements AutoCloseable {
    private static final int LIMIT_S = 30;
    private static final long LOOK_NS = 1_000_000;

    private final Process process;
    private final int port;
    private final double readySeconds;

    /**
     * Starts a server and waits for its first INFO.
     *
     * @param command how to start it; {@code {port}} in it is replaced
     * @param log where its output goes
     */
    public ServerUnderTest(String command, Path log) throws IOException {
        port = freePort();
        List<String> words = Arrays.asList(command.replace("{port}", "" + port).split(" +"));
        long start = System.nanoTime();
        process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        awaitInfo(start, log);
        readySeconds = (System.nanoTime() - start) / 1e9;
    }

    /** A port that nobody listens at. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitInfo(long start, Path log) throws IOException {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(LIMIT_S * 1000);
                if (socket.getInputStream().read() == 'I') {
                    return;
                }
            } catch (IOException e) {
                boolean late = System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_S);
                if (late || !process.isAlive()) {
                    process.destroyForcibly();
                    throw new IOException("the server doesn't start, see " + log, e);
                }
                // Often enough to see it, seldom enough not to take the core it needs.
                LockSupport.parkNanos(LOOK_NS);
            }
        }
    }

    public int port() {
        return port;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Seconds from exec to the first byte of INFO. */
    double readySeconds() {
        return readySeconds;
    }

    /** Processor time used so far, in seconds; the system counts in hundredths. */
    double cpuSeconds() throws IOException {
        return ProcessorTime.ofProcess(process.pid());
    }

    /** Resident memory in KiB, counted page by page: what /proc tells elsewhere is an estimate. */
    public long residentKib() throws IOException {
        return kib("Rss:");
    }

    /** The same without pages of files, which the system may take back at any time. */
    long anonymousKib() throws IOException {
        return kib("Anonymous:");
    }

    private long kib(String what) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith(what))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
