package io.millrace.broker.jetstream;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * An account's consumers by {@code stream.consumer}, as that stands in subjects: found without an
 * object. Shard thread.
 */
final class ConsumerNames {
    private static final int SMALLEST = 16;

    private long[] hashes = new long[SMALLEST];
    private @Nullable ConsumerHandle[] consumers = new ConsumerHandle[SMALLEST];
    private int size;

    void add(ConsumerHandle consumer) {
        if (2 * size >= hashes.length) {
            grow();
        }
        put(hash(consumer.path), consumer);
        size++;
    }

    private static long hash(byte[] path) {
        try (NativeBlock memory = NativeBlock.allocate(Math.max(1, path.length))) {
            memory.region().put(0, path);
            return memory.region().hash(0, path.length);
        }
    }

    private void put(long hash, ConsumerHandle consumer) {
        int slot = home(hash);
        while (consumers[slot] != null) {
            slot = slot + 1 & hashes.length - 1;
        }
        hashes[slot] = hash;
        consumers[slot] = consumer;
    }

    private int home(long hash) {
        return (int) hash & hashes.length - 1;
    }

    private void grow() {
        long[] oldHashes = hashes;
        @Nullable ConsumerHandle[] old = consumers;
        hashes = new long[2 * oldHashes.length];
        consumers = new ConsumerHandle[hashes.length];
        for (int i = 0; i < old.length; i++) {
            ConsumerHandle each = old[i];
            if (each != null) {
                put(oldHashes[i], each);
            }
        }
    }

    void remove(ConsumerHandle consumer) {
        int mask = hashes.length - 1;
        int slot = home(hash(consumer.path));
        while (consumers[slot] != consumer) {
            if (consumers[slot] == null) {
                return;
            }
            slot = slot + 1 & mask;
        }
        size--;
        consumers[slot] = null;
        // Those behind it move up, as far as they may.
        for (int next = slot + 1 & mask; ; next = next + 1 & mask) {
            ConsumerHandle each = consumers[next];
            if (each == null) {
                return;
            }
            consumers[next] = null;
            put(hashes[next], each);
        }
    }

    /** The one whose stream and name stand there; null if there is none. */
    @Nullable ConsumerHandle find(Region bytes, int offset, int length) {
        long hash = bytes.hash(offset, length);
        int slot = home(hash);
        while (true) {
            ConsumerHandle each = consumers[slot];
            if (each == null) {
                return null;
            }
            if (hashes[slot] == hash
                    && each.path.length == length
                    && bytes.equal(offset, each.path)) {
                return each;
            }
            slot = slot + 1 & hashes.length - 1;
        }
    }

    /** What stands in subjects. */
    static byte[] path(String stream, String consumer) {
        return (stream + '.' + consumer).getBytes(StandardCharsets.UTF_8);
    }
}
