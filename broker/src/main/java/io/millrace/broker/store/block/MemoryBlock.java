package io.millrace.broker.store.block;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/** A block of a memory stream. Shard thread. */
final class MemoryBlock implements Numbered {
    private final long number;
    private final NativeBlock memory;
    private final Region region;
    private int fill;
    private int living;
    private long livingBytes;
    private boolean isCandidate;

    MemoryBlock(long number, int bytes) {
        this.number = number;
        memory = NativeBlock.allocate(bytes);
        region = memory.region();
    }

    @Override
    public long number() {
        return number;
    }

    Region region() {
        return region;
    }

    int capacity() {
        return region.length();
    }

    int fill() {
        return fill;
    }

    boolean hasRoom(int bytes) {
        return bytes <= region.length() - fill;
    }

    /** Uses so many bytes for a record; where it begins. */
    int use(int bytes) {
        int at = fill;
        fill += bytes;
        living++;
        livingBytes += bytes;
        return at;
    }

    void forget(int bytes) {
        if (living == 0) {
            throw new IllegalStateException("more is forgotten than there is in block " + number);
        }
        living--;
        livingBytes = living == 0 ? 0 : Math.max(0, livingBytes - bytes);
    }

    boolean isDead() {
        return living == 0;
    }

    long livingBytes() {
        return livingBytes;
    }

    boolean isMostlyDead() {
        return livingBytes < region.length() / 2;
    }

    @Override
    public boolean isCandidate() {
        return isCandidate;
    }

    @Override
    public void candidate(boolean is) {
        isCandidate = is;
    }

    void free() {
        memory.close();
    }
}
