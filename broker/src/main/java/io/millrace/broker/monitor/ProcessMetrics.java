package io.millrace.broker.monitor;

import com.sun.management.UnixOperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.time.Instant;

/** What Prometheus reads of the process, called as its clients in all languages call it. */
final class ProcessMetrics {
    private static final double NS = 1e-9;
    private static final double MS = 1e-3;

    private ProcessMetrics() {}

    /**
     * Writes it.
     *
     * @param started when the server was, if nobody knows when the process was
     */
    static void write(MetricsText text, Instant started, ProcessUsage usage) {
        text.counter("process_cpu_seconds", "Processor time of the process.");
        text.value(ProcessUsage.cpuTime().toNanos() * NS);
        text.gauge("process_start_time_seconds", "When it was started.");
        Instant begun = ProcessHandle.current().info().startInstant().orElse(started);
        text.value(begun.toEpochMilli() * MS);
        text.gauge("process_resident_memory_bytes", "Physical memory that it takes.");
        text.value(usage.residentBytes());
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        if (system != null) {
            text.gauge("process_open_fds", "Files and sockets that are open.");
            text.value(system.getOpenFileDescriptorCount());
            text.gauge("process_max_fds", "Files and sockets that may be.");
            text.value(system.getMaxFileDescriptorCount());
        }
    }
}
