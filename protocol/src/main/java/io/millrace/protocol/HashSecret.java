package io.millrace.protocol;

import java.util.random.RandomGenerator;

/**
 * What hashes depend on, another one in each process. Who doesn't know it can't choose subjects or
 * tokens that collide, and have all the tables be searched from end to end.
 *
 * <p>A secret to begin with wouldn't do: with a known factor, some changes of one word are undone
 * by changes of the next, whatever stood before. So the factor is secret, too.
 */
final class HashSecret {
    /** Bits of a factor that are set, so that every bit of a product depends on many others. */
    private static final int FEWEST_BITS = 24;

    private static final int MOST_BITS = 40;

    /** What every hash begins with. */
    static final long SEED;

    /** Odd; what every hash multiplies with, or bytes that were mixed with it. */
    static final long FACTOR;

    /** Odd; what the last bytes are mixed with where they are mixed apart from the others. */
    static final long END_FACTOR;

    /** Odd; makes lengths differ in bits that nobody knows. */
    static final long LENGTH_FACTOR;

    static {
        RandomGenerator random = new SystemRandom();
        SEED = random.nextLong();
        FACTOR = factor(random);
        END_FACTOR = factor(random);
        LENGTH_FACTOR = factor(random);
    }

    private HashSecret() {}

    private static long factor(RandomGenerator random) {
        while (true) {
            long factor = random.nextLong() | 1;
            int bits = Long.bitCount(factor);
            if (bits >= FEWEST_BITS && bits <= MOST_BITS) {
                return factor;
            }
        }
    }
}
