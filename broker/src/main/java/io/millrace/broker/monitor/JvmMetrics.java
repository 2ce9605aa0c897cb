package io.millrace.broker.monitor;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What Prometheus reads of the JVM, called as its client for Java calls it. */
final class JvmMetrics {
    private static final double MS = 1e-3;

    private final MetricsText text;

    private JvmMetrics(MetricsText text) {
        this.text = text;
    }

    static void write(MetricsText text) {
        JvmMetrics metrics = new JvmMetrics(text);
        metrics.runtime(ManagementFactory.getRuntimeMXBean());
        metrics.memory(ManagementFactory.getMemoryMXBean());
        metrics.pools(ManagementFactory.getMemoryPoolMXBeans());
        metrics.buffers(ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class));
        metrics.collections(ManagementFactory.getGarbageCollectorMXBeans());
        metrics.threads(ManagementFactory.getThreadMXBean());
        metrics.classes(ManagementFactory.getClassLoadingMXBean());
    }

    /** How long all collections took, in milliseconds. */
    static long collectionMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(each -> Math.max(0, each.getCollectionTime()))
                .sum();
    }

    private void runtime(RuntimeMXBean runtime) {
        text.info("jvm_runtime", "The JVM.");
        text.value(
                Labels.of("runtime", runtime.getVmName())
                        .and("vendor", runtime.getVmVendor())
                        .and("version", runtime.getVmVersion()),
                1);
    }

    private void memory(MemoryMXBean memory) {
        Map<String, MemoryUsage> areas =
                Map.of(
                        "heap",
                        memory.getHeapMemoryUsage(),
                        "nonheap",
                        memory.getNonHeapMemoryUsage());
        usage("jvm_memory_used_bytes", "area", areas, MemoryUsage::getUsed);
        usage("jvm_memory_committed_bytes", "area", areas, MemoryUsage::getCommitted);
        usage("jvm_memory_max_bytes", "area", areas, MemoryUsage::getMax);
    }

    private void pools(List<MemoryPoolMXBean> pools) {
        Map<String, MemoryUsage> byName = new LinkedHashMap<>();
        pools.forEach(pool -> byName.put(pool.getName(), pool.getUsage()));
        usage("jvm_memory_pool_used_bytes", "pool", byName, MemoryUsage::getUsed);
        usage("jvm_memory_pool_committed_bytes", "pool", byName, MemoryUsage::getCommitted);
        usage("jvm_memory_pool_max_bytes", "pool", byName, MemoryUsage::getMax);
    }

    private void usage(
            String name,
            String label,
            Map<String, MemoryUsage> all,
            ToLongFunction<MemoryUsage> of) {
        text.gauge(name, "Memory of the JVM; -1 for no bound.");
        all.forEach((each, usage) -> text.value(Labels.of(label, each), of.applyAsLong(usage)));
    }

    private void buffers(List<BufferPoolMXBean> pools) {
        text.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap.");
        pools.forEach(each -> text.value(Labels.of("pool", each.getName()), each.getMemoryUsed()));
        text.gauge("jvm_buffer_pool_used_buffers", "Buffers outside the heap.");
        pools.forEach(each -> text.value(Labels.of("pool", each.getName()), each.getCount()));
    }

    private void collections(List<GarbageCollectorMXBean> collectors) {
        text.summary("jvm_gc_collection_seconds", "Collections, and how long they took.");
        for (GarbageCollectorMXBean each : collectors) {
            text.sum(
                    Labels.of("gc", each.getName()),
                    Math.max(0, each.getCollectionCount()),
                    Math.max(0, each.getCollectionTime()) * MS);
        }
    }

    private void threads(ThreadMXBean threads) {
        gauge("jvm_threads_current", "Threads.", threads.getThreadCount());
        gauge(
                "jvm_threads_daemon",
                "Threads that don't keep the JVM.",
                threads.getDaemonThreadCount());
        gauge("jvm_threads_peak", "Most threads there were.", threads.getPeakThreadCount());
        text.counter("jvm_threads_started", "Threads ever started.");
        text.value(threads.getTotalStartedThreadCount());
        Map<Thread.State, Integer> states = new EnumMap<>(Thread.State.class);
        Stream.of(Thread.State.values()).forEach(state -> states.put(state, 0));
        Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .map(ThreadInfo::getThreadState)
                .forEach(state -> states.merge(state, 1, Integer::sum));
        text.gauge("jvm_threads_state", "Threads by what they do.");
        states.forEach((state, count) -> text.value(Labels.of("state", state.name()), count));
    }

    private void classes(ClassLoadingMXBean classes) {
        gauge("jvm_classes_currently_loaded", "Classes.", classes.getLoadedClassCount());
        text.counter("jvm_classes_loaded", "Classes ever loaded.");
        text.value(classes.getTotalLoadedClassCount());
    }

    private void gauge(String name, String help, double value) {
        text.gauge(name, help);
        text.value(value);
    }
}
