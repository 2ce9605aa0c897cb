package io.millrace.broker.monitor;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code /jvmz}: the JVM, its memory and its collections; the routing thread isn't asked. */
final class Jvmz implements Endpoint {
    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        List<BufferPoolMXBean> buffers =
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
        return JsonOut.object(
                out ->
                        out.field("now", Instant.now())
                                .field("vm", runtime.getVmName())
                                .field("vendor", runtime.getVmVendor())
                                .field("version", runtime.getVmVersion())
                                .field(
                                        "uptime",
                                        GoText.uptime(Duration.ofMillis(runtime.getUptime())))
                                .field("heap_used", heap.getUsed())
                                .field("heap_committed", heap.getCommitted())
                                .field("heap_max", heap.getMax())
                                .field("threads", threads.getThreadCount())
                                .field("threads_peak", threads.getPeakThreadCount())
                                .field(
                                        "classes",
                                        ManagementFactory.getClassLoadingMXBean()
                                                .getLoadedClassCount())
                                .objects(
                                        "collectors",
                                        collectors,
                                        (each, gc) ->
                                                each.field("name", gc.getName())
                                                        .field("count", gc.getCollectionCount())
                                                        .field("ms", gc.getCollectionTime()))
                                .objects(
                                        "pools",
                                        pools,
                                        (each, pool) ->
                                                each.field("name", pool.getName())
                                                        .field("used", pool.getUsage().getUsed())
                                                        .field(
                                                                "committed",
                                                                pool.getUsage().getCommitted())
                                                        .field("max", pool.getUsage().getMax()))
                                .objects(
                                        "buffers",
                                        buffers,
                                        (each, pool) ->
                                                each.field("name", pool.getName())
                                                        .field("used", pool.getMemoryUsed())
                                                        .field("count", pool.getCount())));
    }
}
