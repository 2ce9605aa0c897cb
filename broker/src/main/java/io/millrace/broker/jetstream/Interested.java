package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectTokens;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Which consumers of a stream want what comes on a subject. Those without filter want all; the
 * others are found by what stands in front of the first wildcard of their filters, so that ten
 * thousand with a filter each cost what the few do that match. Shard thread.
 */
final class Interested {
    /** So few are looked at one by one. */
    private static final int FEW = 16;

    /** With more places than these to a consumer all get new ones. */
    private static final int SPARSE = 8;

    private final List<ConsumerHandle> all = new ArrayList<>();
    private final List<ConsumerHandle> filtered = new ArrayList<>();
    private final List<ConsumerHandle> found = new ArrayList<>();
    private final SubjectTokens tokens = new SubjectTokens();

    private long round;

    /** By the hash of what stands in front; null while they are few. */
    private @Nullable Buckets buckets;

    void add(ConsumerHandle consumer) {
        if (consumer.filters.isEmpty()) {
            all.add(consumer);
            return;
        }
        filtered.add(consumer);
        Buckets its = buckets;
        if (its != null) {
            its.add(consumer);
        } else if (filtered.size() > FEW) {
            its = new Buckets();
            filtered.forEach(its::add);
            buckets = its;
        }
    }

    void remove(ConsumerHandle consumer) {
        if (all.remove(consumer)) {
            return;
        }
        filtered.remove(consumer);
        Buckets its = buckets;
        if (its == null) {
            return;
        }
        its.remove(consumer);
        if (filtered.size() <= FEW / 2) {
            buckets = null;
        } else if (its.used > SPARSE * filtered.size() + FEW) {
            Buckets fresh = new Buckets();
            filtered.forEach(fresh::add);
            buckets = fresh;
        }
    }

    /**
     * Those that want what comes on a subject; valid until this is asked again.
     *
     * @param subject its number in the index, which has a message
     */
    List<ConsumerHandle> in(StreamIndex index, int subject) {
        if (filtered.isEmpty()) {
            return all;
        }
        found.clear();
        found.addAll(all);
        round++;
        tokens.of(
                index.subjectRegion(subject),
                index.subjectOffset(subject),
                index.subjectLength(subject));
        Buckets its = buckets;
        if (its == null) {
            for (int i = 0; i < filtered.size(); i++) {
                take(filtered.get(i));
            }
        } else {
            its.visit(
                    index.subjectRegion(subject),
                    index.subjectOffset(subject),
                    index.subjectLength(subject),
                    this::take);
        }
        return found;
    }

    private void take(ConsumerHandle each) {
        // Several filters of one may begin alike.
        if (each.foundIn != round && each.matches(tokens)) {
            each.foundIn = round;
            found.add(each);
        }
    }

    /** Whether any wants what comes on a subject. */
    boolean any(Bytes subject) {
        if (!all.isEmpty()) {
            return true;
        }
        Buckets its = buckets;
        tokens.of(subject.region(), subject.offset(), subject.length());
        if (its == null) {
            for (int i = 0; i < filtered.size(); i++) {
                if (filtered.get(i).matches(tokens)) {
                    return true;
                }
            }
            return false;
        }
        boolean[] any = {false};
        its.visit(
                subject.region(),
                subject.offset(),
                subject.length(),
                each -> any[0] |= each.matches(tokens));
        return any[0];
    }

    /** Those with the same hash. */
    private static final class Bucket {
        final List<ConsumerHandle> consumers = new ArrayList<>(1);
    }

    /** Consumers by the hash of what stands in front of the first wildcard of a filter. */
    private static final class Buckets {
        private static final int SMALLEST = 64;

        /** Of filters that begin with a wildcard. */
        private static final long NOTHING_IN_FRONT = 1;

        private long[] hashes = new long[SMALLEST];

        private @Nullable Bucket[] lists = new Bucket[SMALLEST];

        private int used;

        void add(ConsumerHandle consumer) {
            for (String filter : consumer.filters) {
                list(hash(filter)).add(consumer);
            }
        }

        void remove(ConsumerHandle consumer) {
            for (String filter : consumer.filters) {
                list(hash(filter)).remove(consumer);
            }
        }

        private static long hash(String filter) {
            int end = filter.length();
            for (String wildcard : List.of("*", ">")) {
                if (filter.equals(wildcard) || filter.startsWith(wildcard + ".")) {
                    return NOTHING_IN_FRONT;
                }
                int in = filter.indexOf("." + wildcard + ".");
                int last = filter.endsWith("." + wildcard) ? filter.length() - 2 : end;
                end = Math.min(end, Math.min(in < 0 ? end : in, last));
            }
            byte[] front = filter.substring(0, end).getBytes(StandardCharsets.UTF_8);
            try (NativeBlock memory = NativeBlock.allocate(Math.max(1, front.length))) {
                memory.region().put(0, front);
                return ofFront(memory.region(), 0, front.length);
            }
        }

        /** 0 stands for no hash. */
        private static long ofFront(Region bytes, int offset, int length) {
            return bytes.hash(offset, length) | 2;
        }

        void visit(
                Region bytes,
                int offset,
                int length,
                java.util.function.Consumer<ConsumerHandle> visitor) {
            visit(NOTHING_IN_FRONT, visitor);
            int end = offset + length;
            for (int at = offset; at < end; at++) {
                at = bytes.indexOf(Subject.SEPARATOR, at, end);
                visit(ofFront(bytes, offset, at - offset), visitor);
            }
        }

        private void visit(long hash, java.util.function.Consumer<ConsumerHandle> visitor) {
            Bucket bucket = lists[slot(hash)];
            if (bucket != null) {
                for (int i = 0; i < bucket.consumers.size(); i++) {
                    visitor.accept(bucket.consumers.get(i));
                }
            }
        }

        private int slot(long hash) {
            int mask = hashes.length - 1;
            int slot = (int) (hash >>> 8) & mask;
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
}
