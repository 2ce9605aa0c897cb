package io.millrace.broker.monitor;

import java.io.IOException;
import java.util.Map;

/** The {@code memory} block of {@code /varz}, which is ours. */
final class MemoryVarz {
    private MemoryVarz() {}

    /**
     * Writes it.
     *
     * @param maxMemoryBytes the option; 0 where it isn't set
     */
    static void write(JsonOut out, MemorySnapshot memory, long maxMemoryBytes) throws IOException {
        out.object(
                "memory",
                fields ->
                        fields.some("max_memory", maxMemoryBytes)
                                .field("heap_bound_bytes", memory.heapBoundBytes())
                                .field("native_bound_bytes", memory.nativeBoundBytes())
                                .field("heap_bytes", memory.heapBytes())
                                .field("native_bytes", memory.nativeBytes())
                                .object("bytes_by_kind", kinds -> byKind(kinds, memory)));
    }

    private static void byKind(JsonOut out, MemorySnapshot memory) throws IOException {
        for (Map.Entry<String, Long> kind : memory.bytesByKind().entrySet()) {
            out.field(kind.getKey(), kind.getValue());
        }
    }
}
