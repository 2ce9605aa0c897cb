package io.millrace.broker.routing.crossing;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Numbers that nobody can guess, many at once: asking for each would take too long. */
final class Secrets {
    private static final int BYTES = 4096;

    private final ByteBuffer left = ByteBuffer.allocate(BYTES).limit(0);

    /** Made when the first is needed, which in most servers is never. */
    private @Nullable SecureRandom random;

    long next() {
        if (!left.hasRemaining()) {
            refill();
        }
        return left.getLong();
    }

    private void refill() {
        if (random == null) {
            random = new SecureRandom();
        }
        random.nextBytes(left.array());
        left.clear();
    }
}
