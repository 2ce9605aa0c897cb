package io.millrace.broker.routing.match;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * The children of a node of the index that stand for literal tokens, by hash. Routing thread.
 *
 * <p>Few stand in a table with open addressing. Many are parted by some bits of their hashes, over
 * and over, so that no table ever gets so large that making it anew would hold anybody up.
 */
final class Children {
    private static final int FEWEST_PLACES = 4;

    /** With more, they are parted. */
    private static final int MOST_IN_TABLE = 4096;

    private static final int PART_BITS = 6;
    private static final int PARTS = 1 << PART_BITS;

    /** Tables look at the lower bits, parts at the upper ones. */
    private static final int FIRST_SHIFT = Long.SIZE - PART_BITS;

    private static final int LAST_SHIFT = Integer.SIZE;

    private static final int REFERENCE_BYTES = 4;
    private static final int PART_BYTES = 40;

    private static final IndexNode[] NO_NODES = {};

    private final int shift;
    private int count;

    /** A power of two, at most half full. */
    private IndexNode[] table = NO_NODES;

    private Children @Nullable [] parts;

    Children() {
        this(FIRST_SHIFT);
    }

    private Children(int shift) {
        this.shift = shift;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** About what the tables take up on the heap. */
    long bytes() {
        Children[] split = parts;
        if (split == null) {
            return (long) REFERENCE_BYTES * table.length;
        }
        // Half full to a quarter full, which isn't worth counting exactly.
        return PARTS * (long) PART_BYTES + 3L * REFERENCE_BYTES * count;
    }

    private static int part(long hash, int shift) {
        return (int) (hash >>> shift) & PARTS - 1;
    }

    /** The child for a token; null if there is none. */
    @Nullable IndexNode get(Region bytes, int offset, int length, long hash) {
        Children at = this;
        Children[] split = at.parts;
        while (split != null) {
            at = split[part(hash, at.shift)];
            split = at.parts;
        }
        IndexNode[] nodes = at.table;
        if (nodes.length == 0) {
            return null;
        }
        int mask = nodes.length - 1;
        for (int i = (int) hash & mask; ; i = i + 1 & mask) {
            IndexNode child = nodes[i];
            if (child == null) {
                return null;
            }
            if (child.hash == hash
                    && child.token.length == length
                    && bytes.equal(offset, child.token)) {
                return child;
            }
        }
    }

    /** Shows all of them. */
    void forEach(Consumer<IndexNode> each) {
        Children[] split = parts;
        if (split != null) {
            for (Children part : split) {
                part.forEach(each);
            }
            return;
        }
        for (IndexNode child : table) {
            if (child != null) {
                each.accept(child);
            }
        }
    }

    /** Adds a child whose token has none. */
    void add(IndexNode child) {
        count++;
        Children[] split = parts;
        if (split == null && count > MOST_IN_TABLE && shift > LAST_SHIFT) {
            split = split();
        }
        if (split != null) {
            split[part(child.hash, shift)].add(child);
            return;
        }
        if (2 * count > table.length) {
            rebuild(Math.max(FEWEST_PLACES, 2 * table.length));
        }
        insert(child);
    }

    private Children[] split() {
        Children[] made = new Children[PARTS];
        for (int i = 0; i < PARTS; i++) {
            made[i] = new Children(shift - PART_BITS);
        }
        for (IndexNode child : table) {
            if (child != null) {
                made[part(child.hash, shift)].add(child);
            }
        }
        table = NO_NODES;
        parts = made;
        return made;
    }

    private void insert(IndexNode child) {
        int mask = table.length - 1;
        int i = (int) child.hash & mask;
        while (table[i] != null) {
            i = i + 1 & mask;
        }
        table[i] = child;
    }

    private void rebuild(int places) {
        IndexNode[] old = table;
        table = new IndexNode[places];
        for (IndexNode child : old) {
            if (child != null) {
                insert(child);
            }
        }
    }

    /** Removes a child that is here. */
    void remove(IndexNode child) {
        count--;
        Children[] split = parts;
        if (split != null) {
            split[part(child.hash, shift)].remove(child);
            parts = count == 0 ? null : split;
        } else if (count == 0) {
            table = NO_NODES;
        } else {
            removeFromTable(child);
            if (8 * count < table.length && table.length > FEWEST_PLACES) {
                rebuild(table.length / 2);
            }
        }
    }

    /** Takes a child out and closes the gap, so that no probe sequence is broken. */
    private void removeFromTable(IndexNode child) {
        int mask = table.length - 1;
        int gap = (int) child.hash & mask;
        while (table[gap] != child) {
            gap = gap + 1 & mask;
        }
        int i = gap;
        while (true) {
            i = i + 1 & mask;
            IndexNode moved = table[i];
            if (moved == null) {
                break;
            }
            int home = (int) moved.hash & mask;
            if ((i - home & mask) >= (i - gap & mask)) {
                table[gap] = moved;
                gap = i;
            }
        }
        table[gap] = null;
    }
}
