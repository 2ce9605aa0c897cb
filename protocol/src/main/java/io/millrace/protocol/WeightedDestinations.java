package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** The transforms of a mapping, each with its share of the messages; immutable. */
public final class WeightedDestinations {
    private static final int ALL = 100;

    private final SubjectTransform[] transforms;

    /** For each transform the numbers below which it, or one before it, is chosen. */
    private final int[] bounds;

    /** One transform and its share, in per cent. */
    record Share(SubjectTransform transform, int weight) {}

    /** What the shares leave of 100 per cent is lost; together they must not be more. */
    WeightedDestinations(List<Share> shares) {
        // As the reference lays them out: the smallest first. Those without a weight are never
        // chosen; there can be any number of them.
        List<Share> sorted =
                shares.stream()
                        .filter(share -> share.weight() > 0)
                        .sorted(Comparator.comparingInt(Share::weight))
                        .toList();
        transforms = new SubjectTransform[sorted.size()];
        bounds = new int[sorted.size()];
        int bound = 0;
        for (int i = 0; i < transforms.length; i++) {
            bound += sorted.get(i).weight();
            bounds[i] = bound;
            transforms[i] = sorted.get(i).transform();
        }
    }

    /**
     * Chooses for one message.
     *
     * @param random is asked for one number, unless there is no choice
     * @return null if the message is to be lost
     */
    public @Nullable SubjectTransform choose(RandomGenerator random) {
        if (bounds.length == 1 && bounds[0] == ALL) {
            return transforms[0];
        }
        return at(random.nextInt(ALL));
    }

    /** The choice by a number from 0 to 99. */
    @Nullable SubjectTransform at(int number) {
        for (int i = 0; i < bounds.length; i++) {
            if (number < bounds[i]) {
                return transforms[i];
            }
        }
        return null;
    }
}
