package io.millrace.broker.monitor;

import io.millrace.broker.process.Program;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * The program and its memory, in the form of Go's {@code expvar} as far as a JVM has the like. Of
 * the command line only the program is shown: what stands behind it may be a password.
 */
final class DebugVars {
    private DebugVars() {}

    /** {@code /debug/vars}. */
    static Reply get(Query query) throws BadQueryException, InterruptedException {
        return JsonOut.object(
                out -> {
                    program(out);
                    memory(out);
                });
    }

    /** {@code EXPVARZ}, which has it in another order. */
    static JsonOut.Fields expvarz() {
        return out -> {
            memory(out);
            program(out);
        };
    }

    private static void program(JsonOut out) throws IOException {
        out.texts("cmdline", List.of(Program.name()));
    }

    private static void memory(JsonOut out) throws IOException {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long collections = 0;
        long pausesMs = 0;
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, each.getCollectionCount());
            pausesMs += Math.max(0, each.getCollectionTime());
        }
        long count = collections;
        long pauseNs = pausesMs * 1_000_000;
        out.object(
                "memstats",
                memory ->
                        memory.field("Alloc", heap.getUsed())
                                .field("HeapAlloc", heap.getUsed())
                                .field("HeapSys", heap.getCommitted())
                                .field("PauseTotalNs", pauseNs)
                                .field("NumGC", count));
    }
}
