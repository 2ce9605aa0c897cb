package io.millrace.broker.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the process takes of the machine. Reads {@code /proc} rather than the JDK's management
 * beans, which take long to load; where there is none, the memory is that of the heap. Any thread.
 */
final class ProcessUsage {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long SHORTEST_NS = 500_000_000;

    private long measuredNs = System.nanoTime();
    private long measuredCpuNs;
    private double cpu;

    /** Bytes of physical memory. */
    long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no Linux
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Processor time so far. */
    static Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Percent of one core since the last time that was asked, to one digit; the same as then if
     * that was less than half a second ago.
     */
    synchronized double cpuPercent() {
        long nowNs = System.nanoTime();
        long passedNs = nowNs - measuredNs;
        if (passedNs >= SHORTEST_NS) {
            long cpuNs = cpuTime().toNanos();
            cpu = Math.floor(1000.0 * (cpuNs - measuredCpuNs) / passedNs) / 10;
            measuredNs = nowNs;
            measuredCpuNs = cpuNs;
        }
        return cpu;
    }
}
