package io.millrace.bench.siege;

import java.util.List;

/**
 * What a server is given, and may take.
 *
 * @param heapMib its largest heap
 * @param nativeMib what it may keep outside of the heap for its peers
 */
record Bounds(int heapMib, int nativeMib) {
    /** The JVM itself, its code, its threads, and the pages of its jars. */
    private static final int JVM_MIB = 150;

    /** The most that may be resident. */
    long residentKib() {
        return 1024L * (heapMib + nativeMib + JVM_MIB);
    }

    /** The flags of the JVM that go with it, after the launcher's own. */
    List<String> javaOptions() {
        return List.of("-Xmx" + heapMib + "m");
    }

    /** The configuration that goes with it: half of the memory may be kept outside of the heap. */
    String config() {
        return "max_memory: " + 2 * nativeMib + "MB\n";
    }
}
