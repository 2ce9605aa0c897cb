package io.millrace.broker.store.block;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A stream's blocks in the order of their numbers. Shard thread.
 *
 * @param <B> the kind of block
 */
final class BlockList<B extends Numbered> {
    /** About what is kept of a block while nothing of it is in memory. */
    static final int BYTES_PER_BLOCK = 256;

    private final List<B> blocks = new ArrayList<>();

    /** The one that was asked for last: it mostly is again. */
    private @Nullable B last;

    int size() {
        return blocks.size();
    }

    B get(int index) {
        return blocks.get(index);
    }

    /** Adds one whose number isn't there yet; mostly the highest. */
    void add(B block) {
        int place = blocks.size();
        while (place > 0 && blocks.get(place - 1).number() > block.number()) {
            place--;
        }
        blocks.add(place, block);
    }

    /** Null if there is none. */
    @Nullable B find(long number) {
        B found = last;
        if (found != null && found.number() == number) {
            return found;
        }
        int place = place(number);
        if (place < 0) {
            return null;
        }
        last = blocks.get(place);
        return last;
    }

    void remove(B block) {
        int place = place(block.number());
        if (place >= 0 && blocks.get(place) == block) {
            blocks.remove(place);
            last = null;
        }
    }

    List<B> copy() {
        return List.copyOf(blocks);
    }

    private int place(long number) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = blocks.get(middle).number();
            if (there == number) {
                return middle;
            }
            if (there < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
