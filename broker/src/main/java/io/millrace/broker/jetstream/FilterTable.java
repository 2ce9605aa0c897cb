package io.millrace.broker.jetstream;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.SubjectTokens;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Consumers by their filters. Filters have few shapes: at which tokens there are words, at which
 * wildcards, and how many there are. For each shape a subject's words where the shape has some lead
 * to the filters that have the same there. Shard thread.
 */
final class FilterTable {
    private static final int SMALLEST = 64;

    /** With more places than these to a consumer all should get new ones. */
    private static final int SPARSE = 8;

    /** Who has more is found by the words in front of the first wildcard. */
    private static final int MOST_SHAPES = 64;

    /** Words further behind aren't told apart here. */
    private static final int MOST_WORDS = Long.SIZE;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final List<Shape> shapes = new ArrayList<>();
    private final Set<Shape> known = new HashSet<>();

    /** Of the subject that is looked for. */
    private final long[] words = new long[MOST_WORDS];

    /** By words and shape, 0 where there is none. */
    private long[] hashes = new long[SMALLEST];

    private @Nullable Bucket[] lists = new Bucket[SMALLEST];
    private int used;

    /** Those whose words and shape have the same hash. */
    private static final class Bucket {
        final List<ConsumerHandle> consumers = new ArrayList<>(1);
    }

    /**
     * How filters look.
     *
     * @param words at which tokens there are words, a bit each
     * @param tokens how many there are, or at least
     * @param open whether there may be more
     */
    private record Shape(long words, int tokens, boolean open) {
        boolean fits(int count) {
            return open ? count >= tokens : count == tokens;
        }

        /** Of the words in front alone: all such filters have no more than a few shapes. */
        Shape front() {
            int count = Long.numberOfTrailingZeros(~words);
            return new Shape(count == MOST_WORDS ? -1 : (1L << count) - 1, count, true);
        }

        /** Never 0. */
        long hash(long[] of) {
            long hash = (words * MIX + tokens) * MIX + (open ? 1 : 0);
            for (long left = words; left != 0; left &= left - 1) {
                hash = (Long.rotateLeft(hash, 29) ^ of[Long.numberOfTrailingZeros(left)]) * MIX;
            }
            return hash | 1;
        }
    }

    void add(ConsumerHandle consumer) {
        for (String filter : consumer.filters) {
            Shape exact = shape(filter);
            boolean isFew = known.contains(exact) || shapes.size() < MOST_SHAPES;
            Shape shape = isFew ? exact : exact.front();
            if (known.add(shape)) {
                shapes.add(shape);
            }
            List<ConsumerHandle> alike = list(shape.hash(words));
            // Filters of one that look alike are found by one entry.
            if (alike.isEmpty() || alike.getLast() != consumer) {
                alike.add(consumer);
            }
        }
    }

    void remove(ConsumerHandle consumer) {
        for (String filter : consumer.filters) {
            Shape exact = shape(filter);
            remove(exact, consumer);
            remove(exact.front(), consumer);
        }
    }

    private void remove(Shape shape, ConsumerHandle consumer) {
        Bucket bucket = lists[slot(shape.hash(words))];
        if (bucket != null) {
            bucket.consumers.remove(consumer);
        }
    }

    /** Whether so many consumers would do with much less, made anew. */
    boolean isSparse(int consumers) {
        return used + shapes.size() > SPARSE * consumers + SMALLEST;
    }

    /** The shape of a filter, whose words are at hand then. */
    private Shape shape(String filter) {
        byte[] text = filter.getBytes(StandardCharsets.UTF_8);
        try (NativeBlock memory = NativeBlock.allocate(text.length)) {
            memory.region().put(0, text);
            SubjectTokens tokens = new SubjectTokens().of(memory.region(), 0, text.length);
            boolean rest = filter.endsWith(".>") || filter.equals(">");
            int count = tokens.count() - (rest ? 1 : 0);
            hash(tokens);
            String[] each = filter.split("\\.");
            long wordsAt = 0;
            for (int i = 0; i < Math.min(count, MOST_WORDS); i++) {
                wordsAt |= each[i].equals("*") ? 0 : 1L << i;
            }
            return new Shape(wordsAt, tokens.count(), rest);
        }
    }

    private void hash(SubjectTokens tokens) {
        for (int i = 0; i < Math.min(tokens.count(), MOST_WORDS); i++) {
            words[i] = tokens.hash(i);
        }
    }

    /**
     * Shows all that may want a subject, and hardly another one; one with several filters may be
     * shown more than once.
     */
    void visit(SubjectTokens subject, Consumer<ConsumerHandle> visitor) {
        hash(subject);
        for (int i = 0; i < shapes.size(); i++) {
            Shape shape = shapes.get(i);
            Bucket bucket = shape.fits(subject.count()) ? lists[slot(shape.hash(words))] : null;
            for (int j = 0; bucket != null && j < bucket.consumers.size(); j++) {
                visitor.accept(bucket.consumers.get(j));
            }
        }
    }

    private int slot(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) (hash >>> Integer.SIZE) & mask;
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private List<ConsumerHandle> list(long hash) {
        int slot = slot(hash);
        Bucket there = lists[slot];
        if (there == null) {
            if (2 * used >= hashes.length) {
                grow();
                slot = slot(hash);
            }
            there = new Bucket();
            hashes[slot] = hash;
            lists[slot] = there;
            used++;
        }
        return there.consumers;
    }

    private void grow() {
        long[] oldHashes = hashes;
        @Nullable Bucket[] oldLists = lists;
        hashes = new long[2 * oldHashes.length];
        lists = new Bucket[hashes.length];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                lists[slot] = oldLists[i];
            }
        }
    }
}
