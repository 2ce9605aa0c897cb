package io.millrace.broker.routing.cache;

import io.millrace.protocol.JvmAccess;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import net.openhft.chronicle.bytes.BytesStore;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;

/** Native memory for the slots of a subject cache. */
interface SlotMemory extends AutoCloseable {
    /** All of it; what stands there at first is undefined. */
    Region region();

    @Override
    void close();

    /**
     * Allocates memory: Chronicle's in a JVM with the flags that it needs, where pages that nobody
     * uses cost nothing. Elsewhere, or where Chronicle isn't there, plain one.
     */
    static SlotMemory allocate(int bytes) {
        if (mayUseChronicle()) {
            try {
                return new OfChronicle(bytes);
            } catch (NoClassDefFoundError e) {
                // The jar for embedding does without.
                return new Plain(bytes);
            }
        }
        return new Plain(bytes);
    }

    private static boolean mayUseChronicle() {
        Module ours = SlotMemory.class.getModule();
        return JvmAccess.unsafe()
                && JvmAccess.nativeCode(ours)
                && Buffer.class.getModule().isOpen(Buffer.class.getPackageName(), ours);
    }

    /** A lazy native store. */
    final class OfChronicle implements SlotMemory {
        private final BytesStore<?, ?> store;
        private final Region region;

        OfChronicle(int bytes) {
            store = BytesStore.lazyNativeBytesStoreWithFixedCapacity(bytes);
            region = Region.of(memory(store.addressForRead(0), bytes));
        }

        @SuppressWarnings("restricted") // where native code is allowed
        private static MemorySegment memory(long address, int bytes) {
            return MemorySegment.ofAddress(address).reinterpret(bytes);
        }

        @Override
        public Region region() {
            return region;
        }

        @Override
        public void close() {
            region.forget();
            store.releaseLast();
        }
    }

    /** A block of ours. */
    final class Plain implements SlotMemory {
        private final NativeBlock block;

        Plain(int bytes) {
            block = NativeBlock.allocate(bytes);
        }

        @Override
        public Region region() {
            return block.region();
        }

        @Override
        public void close() {
            block.close();
        }
    }
}
