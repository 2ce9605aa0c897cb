package io.millrace.protocol;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The seed of a property test: another one in every run, or the one in {@code -Dmillrace.seed=},
 * which a failure names.
 */
record Seed(long value) {
    static Seed next() {
        return new Seed(Long.getLong("millrace.seed", System.nanoTime()));
    }

    RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(value);
    }

    @Override
    public String toString() {
        return "replay with -Dmillrace.seed=" + value;
    }
}
