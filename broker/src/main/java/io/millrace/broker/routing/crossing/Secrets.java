package io.millrace.broker.routing.crossing;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;

/**
 * Numbers that nobody can guess. The platform's own are only asked for a key: each of theirs takes
 * long, and makes garbage.
 */
final class Secrets {
    /** Made when the first is needed, which in most servers is never. */
    private @Nullable KeyStream stream;

    private int[] block = {};
    private int used;

    long next() {
        if (used == block.length) {
            block = stream().next();
            used = 0;
        }
        long high = block[used++];
        return high << Integer.SIZE | Integer.toUnsignedLong(block[used++]);
    }

    private KeyStream stream() {
        KeyStream known = stream;
        if (known == null) {
            SecureRandom random = new SecureRandom();
            int[] key = random.ints(KeyStream.KEY_BYTES / Integer.BYTES).toArray();
            known = new KeyStream(key, new int[4]);
            stream = known;
        }
        return known;
    }
}
