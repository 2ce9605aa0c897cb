package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What a simulated file holds: as programs see it, and as the platter does. */
final class SimulatedFile {
    /** What a disk writes whole or not at all. */
    static final int SECTOR_BYTES = 512;

    private record Write(int at, byte[] bytes) {}

    private final List<Write> unsynced = new ArrayList<>();
    private byte[] platter = new byte[0];
    private final Arena arena = Arena.ofShared();
    private MemorySegment memory;
    private Region seen;
    private int size;

    SimulatedFile(int bytes) {
        memory = arena.allocate(Math.max(1, bytes), Long.BYTES);
        seen = seen((int) memory.byteSize());
        size = bytes;
    }

    int size() {
        return size;
    }

    Region seen() {
        return seen;
    }

    /** The first bytes of it, and no more. */
    Region seen(int bytes) {
        return Region.of(memory.asSlice(0, bytes));
    }

    byte[] platter() {
        return platter;
    }

    void write(int at, byte[] bytes) {
        resize(Math.max(size, at + bytes.length));
        seen.put(at, bytes);
        unsynced.add(new Write(at, bytes));
    }

    void resize(int bytes) {
        if (bytes > seen.length()) {
            Region before = seen;
            // Somebody may have mapped what there was, and goes on to look there.
            memory = arena.allocate(bytes, Long.BYTES);
            seen = seen(bytes);
            before.copy(0, seen, 0, size);
        } else if (bytes > size) {
            seen.put(size, new byte[bytes - size]);
        }
        size = bytes;
    }

    void sync() {
        platter = Arrays.copyOf(platter, size);
        for (Write each : unsynced) {
            System.arraycopy(each.bytes, 0, platter, each.at, each.bytes.length);
        }
        unsynced.clear();
    }

    /** The disk loses what it was to write, and nobody notices: programs see it as written. */
    void forget() {
        unsynced.clear();
    }

    /** How many writes aren't synced. */
    int unsynced() {
        return unsynced.size();
    }

    /** Where one of the unsynced writes goes, and its bytes. */
    int[] unsyncedAt(int index) {
        Write write = unsynced.get(index);
        return new int[] {write.at, write.bytes.length};
    }

    /** Sends one of the unsynced writes elsewhere. */
    void misdirect(int index, int at) {
        Write write = unsynced.get(index);
        unsynced.set(index, new Write(at, write.bytes));
    }

    /**
     * The power goes: of the sectors written since the last sync, any may have arrived, any not.
     */
    void cut(SplittableRandom random) {
        int arrives = new int[] {0, 10, 50, 90, 100}[random.nextInt(5)];
        byte[] kept = Arrays.copyOf(platter, arrives == 0 ? platter.length : size);
        byte[] cache = Arrays.copyOf(platter, Math.max(size, platter.length));
        for (Write each : unsynced) {
            System.arraycopy(each.bytes, 0, cache, each.at, each.bytes.length);
            int end = each.at + each.bytes.length;
            for (int at = each.at / SECTOR_BYTES * SECTOR_BYTES; at < end; at += SECTOR_BYTES) {
                int bytes = Math.min(SECTOR_BYTES, kept.length - at);
                if (bytes > 0 && random.nextInt(100) < arrives) {
                    System.arraycopy(cache, at, kept, at, bytes);
                }
            }
        }
        platter = kept;
        reload();
    }

    /** What programs see is what the platter has. */
    void reload() {
        unsynced.clear();
        resize(platter.length);
        seen.put(0, platter);
    }

    void free() {
        arena.close();
    }
}
