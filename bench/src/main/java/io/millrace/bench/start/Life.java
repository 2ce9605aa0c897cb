package io.millrace.bench.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One server from its exec to its end.
 *
 * @param readyMs from exec to the line that says so
 * @param infoMs from exec to the first byte that a client gets, who comes at that line
 * @param cpuMs processor time until then; the system counts in hundredths of a second
 * @param residentMib resident memory after it had nothing to do
 * @param stoppedMs from SIGTERM to the end of the process
 */
record Life(double readyMs, double infoMs, double cpuMs, double residentMib, double stoppedMs) {
    private static final String LISTENING = "Listening for client connections on ";
    private static final String READY = "Server is ready";
    private static final int LIMIT_S = 30;
    private static final double NS_PER_MS = 1e6;

    /**
     * Lives it.
     *
     * @param command starts a server that logs to standard error
     * @param idleMs how long it has nothing to do
     */
    static Life of(String command, long idleMs) throws IOException, InterruptedException {
        List<String> words = Arrays.asList(command.split(" +"));
        long startNs = System.nanoTime();
        Process process =
                new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader log = process.errorReader()) {
            int port = awaitReady(log, command);
            double readyMs = sinceMs(startNs);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.setSoTimeout(LIMIT_S * 1000);
                client.getInputStream().read();
            }
            double infoMs = sinceMs(startNs);
            double cpuMs = process.info().totalCpuDuration().orElseThrow().toMillis();
            Thread.sleep(idleMs);
            double residentMib = residentMib(process.pid());
            long stopNs = System.nanoTime();
            process.destroy();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                throw new IOException("it doesn't stop: " + command);
            }
            return new Life(readyMs, infoMs, cpuMs, residentMib, sinceMs(stopNs));
        } finally {
            process.destroyForcibly();
        }
    }

    private static int awaitReady(BufferedReader log, String command) throws IOException {
        int port = 0;
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(LISTENING)) {
                port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
            }
            if (line.contains(READY) && port != 0) {
                return port;
            }
        }
        throw new IOException("it doesn't start: " + command);
    }

    private static double sinceMs(long thenNs) {
        return (System.nanoTime() - thenNs) / NS_PER_MS;
    }

    private static double residentMib(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Rss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        }
    }
}
