package io.millrace.broker.store.block;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Blocks of which most is dead, in the order in which that was found. Shard thread.
 *
 * @param <B> the kind of block
 */
final class CollectQueue<B extends Numbered> {
    private final Deque<B> waiting = new ArrayDeque<>();

    void add(B block) {
        if (!block.isCandidate()) {
            block.candidate(true);
            waiting.add(block);
        }
    }

    void remove(B block) {
        if (block.isCandidate()) {
            block.candidate(false);
            waiting.remove(block);
        }
    }

    @Nullable B first() {
        return waiting.peek();
    }

    void clear() {
        waiting.clear();
    }
}
