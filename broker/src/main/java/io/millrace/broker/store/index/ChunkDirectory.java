package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.Arrays;

/**
 * The sealed chunks in the order of their first sequences, in leaves of up to {@link #LEAF}. One is
 * added behind the last, any may go. Shard thread.
 *
 * <p>A position is the leaf's number and the place in it; it holds until a chunk is added or goes.
 * A leaf has the sequences first, then the pieces.
 */
final class ChunkDirectory implements AutoCloseable {
    static final int NONE = -1;

    private static final int LEAF_BITS = 8;
    private static final int LEAF = 1 << LEAF_BITS;
    private static final int PLACE = LEAF - 1;
    private static final int FIRST_LEAF = 8;

    private final Blocks blocks;
    private NativeBlock[] leaves = new NativeBlock[2];
    private Region[] regions = new Region[2];
    private long[] firsts = new long[2];
    private int[] counts = new int[2];
    private int leafCount;

    ChunkDirectory(Blocks blocks) {
        this.blocks = blocks;
    }

    boolean isEmpty() {
        return leafCount == 0;
    }

    /** The first chunk's position, or {@link #NONE}. */
    int first() {
        return leafCount == 0 ? NONE : 0;
    }

    int last() {
        return leafCount == 0 ? NONE : position(leafCount - 1, counts[leafCount - 1] - 1);
    }

    int next(int position) {
        int leaf = position >>> LEAF_BITS;
        if ((position & PLACE) + 1 < counts[leaf]) {
            return position + 1;
        }
        return leaf + 1 < leafCount ? position(leaf + 1, 0) : NONE;
    }

    int previous(int position) {
        if ((position & PLACE) > 0) {
            return position - 1;
        }
        int leaf = (position >>> LEAF_BITS) - 1;
        return leaf >= 0 ? position(leaf, counts[leaf] - 1) : NONE;
    }

    /** The last chunk that begins with this sequence or a lesser one, or {@link #NONE}. */
    int floor(long sequence) {
        if (leafCount == 0 || firsts[0] > sequence) {
            return NONE;
        }
        int leaf = leafCount - 1;
        if (firsts[leaf] > sequence) {
            int low = 0;
            while (low < leaf) {
                int middle = low + leaf + 1 >>> 1;
                if (firsts[middle] <= sequence) {
                    low = middle;
                } else {
                    leaf = middle - 1;
                }
            }
        }
        Region region = regions[leaf];
        int low = 0;
        int high = counts[leaf] - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (region.getLong(middle * Long.BYTES) <= sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return position(leaf, low);
    }

    private static int position(int leaf, int place) {
        return leaf << LEAF_BITS | place;
    }

    long piece(int position) {
        Region leaf = regions[position >>> LEAF_BITS];
        return leaf.getLong((leaf.length() >>> 1) + (position & PLACE) * Long.BYTES);
    }

    /** Adds a chunk whose first sequence is greater than that of all others. */
    void append(long sequence, long piece) {
        reserve();
        int leaf = leafCount - 1;
        int place = counts[leaf]++;
        if (place == 0) {
            firsts[leaf] = sequence;
        }
        put(regions[leaf], place, sequence, piece);
    }

    private void reserve() {
        if (leafCount == 0) {
            addLeaf(FIRST_LEAF);
            return;
        }
        int last = leafCount - 1;
        int room = regions[last].length() / (2 * Long.BYTES);
        if (counts[last] < room) {
            return;
        }
        if (room == LEAF) {
            addLeaf(LEAF);
        } else {
            enlarge(last, 2 * room);
        }
    }

    private void addLeaf(int room) {
        NativeBlock leaf = blocks.allocate(room * 2 * Long.BYTES);
        if (leafCount == leaves.length) {
            leaves = Arrays.copyOf(leaves, 2 * leafCount);
            regions = Arrays.copyOf(regions, 2 * leafCount);
            firsts = Arrays.copyOf(firsts, 2 * leafCount);
            counts = Arrays.copyOf(counts, 2 * leafCount);
        }
        leaves[leafCount] = leaf;
        regions[leafCount] = leaf.region();
        counts[leafCount] = 0;
        firsts[leafCount] = Long.MAX_VALUE;
        leafCount++;
    }

    private void enlarge(int leaf, int room) {
        NativeBlock larger = blocks.allocate(room * 2 * Long.BYTES);
        Region from = regions[leaf];
        int half = from.length() >>> 1;
        from.copy(0, larger.region(), 0, half);
        from.copy(half, larger.region(), larger.region().length() >>> 1, half);
        blocks.free(leaves[leaf]);
        leaves[leaf] = larger;
        regions[leaf] = larger.region();
    }

    private static void put(Region leaf, int place, long sequence, long piece) {
        leaf.putLong(place * Long.BYTES, sequence);
        leaf.putLong((leaf.length() >>> 1) + place * Long.BYTES, piece);
    }

    /** Puts another chunk in the place of one; its first sequence may be greater. */
    void replace(int position, long sequence, long piece) {
        int leaf = position >>> LEAF_BITS;
        int place = position & PLACE;
        put(regions[leaf], place, sequence, piece);
        if (place == 0) {
            firsts[leaf] = sequence;
        }
    }

    /** Takes a chunk out. */
    void remove(int position) {
        int leaf = position >>> LEAF_BITS;
        int place = position & PLACE;
        counts[leaf]--;
        int left = counts[leaf];
        if (left == 0) {
            removeLeaf(leaf);
            return;
        }
        Region region = regions[leaf];
        shift(region, 0, place, left);
        shift(region, region.length() >>> 1, place, left);
        firsts[leaf] = region.getLong(0);
        if (leaf + 1 < leafCount && left + counts[leaf + 1] <= LEAF / 2) {
            join(leaf);
        } else if (leaf > 0 && left + counts[leaf - 1] <= LEAF / 2) {
            join(leaf - 1);
        }
    }

    private static void shift(Region leaf, int at, int place, int count) {
        for (int i = place; i < count; i++) {
            leaf.putLong(at + i * Long.BYTES, leaf.getLong(at + (i + 1) * Long.BYTES));
        }
    }

    /** Brings what the next leaf has into this one. */
    private void join(int leaf) {
        int sum = counts[leaf] + counts[leaf + 1];
        Region to = regions[leaf];
        if (to.length() < sum * 2 * Long.BYTES) {
            return;
        }
        Region from = regions[leaf + 1];
        int bytes = counts[leaf + 1] * Long.BYTES;
        from.copy(0, to, counts[leaf] * Long.BYTES, bytes);
        from.copy(from.length() >>> 1, to, (to.length() >>> 1) + counts[leaf] * Long.BYTES, bytes);
        counts[leaf] = sum;
        removeLeaf(leaf + 1);
    }

    private void removeLeaf(int leaf) {
        blocks.free(leaves[leaf]);
        leafCount--;
        int behind = leafCount - leaf;
        System.arraycopy(leaves, leaf + 1, leaves, leaf, behind);
        System.arraycopy(regions, leaf + 1, regions, leaf, behind);
        System.arraycopy(firsts, leaf + 1, firsts, leaf, behind);
        System.arraycopy(counts, leaf + 1, counts, leaf, behind);
    }

    @Override
    public void close() {
        for (int leaf = 0; leaf < leafCount; leaf++) {
            blocks.free(leaves[leaf]);
        }
        leafCount = 0;
    }
}
