package io.millrace.broker.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.IntStream;

/** Every member equally often, and no two picks related: chi-square sums that chance explains. */
class QueuePickTest {
    private static final int PICKS_PER_CELL = 5_000;
    private static final long[] SEEDS = {0, 1, -1, 42, Long.MIN_VALUE, 0x5EED_5EED_5EEDL};

    static IntStream groupSizes() {
        return IntStream.rangeClosed(2, 17);
    }

    @ParameterizedTest
    @MethodSource("groupSizes")
    void shouldPickEveryMemberEquallyOften(int size) {
        for (long seed : SEEDS) {
            QueuePick pick = new QueuePick(seed);
            int[] counts = new int[size];
            for (int i = 0; i < size * PICKS_PER_CELL; i++) {
                counts[pick.next(size)]++;
            }
            assertThat(chiSquare(counts)).as("seed %d", seed).isLessThan(bound(size - 1));
        }
    }

    /** A round-robin would pass the test above, and not this one. */
    @ParameterizedTest
    @MethodSource("groupSizes")
    void shouldPickWithoutRegardToThePickBefore(int size) {
        for (long seed : SEEDS) {
            QueuePick pick = new QueuePick(seed);
            int[] counts = new int[size * size];
            int before = pick.next(size);
            for (int i = 0; i < size * size * PICKS_PER_CELL; i++) {
                int next = pick.next(size);
                counts[before * size + next]++;
                before = next;
            }
            assertThat(chiSquare(counts)).as("seed %d", seed).isLessThan(bound(size * size - 1));
        }
    }

    /** Two groups that every message goes to, each of which sees every other pick. */
    @Test
    void shouldPickEquallyOftenWhenGroupsTakeTurns() {
        for (long seed : SEEDS) {
            QueuePick pick = new QueuePick(seed);
            int[] first = new int[3];
            int[] second = new int[8];
            for (int i = 0; i < 8 * PICKS_PER_CELL; i++) {
                first[pick.next(3)]++;
                second[pick.next(8)]++;
            }
            assertThat(chiSquare(first)).as("seed %d", seed).isLessThan(bound(2));
            assertThat(chiSquare(second)).as("seed %d", seed).isLessThan(bound(7));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 1000, 65_536, 1 << 30, Integer.MAX_VALUE})
    void shouldNeverPickOutOfRange(int size) {
        for (long seed : SEEDS) {
            QueuePick pick = new QueuePick(seed);
            int least = size;
            int most = 0;
            for (int i = 0; i < 100_000; i++) {
                int member = pick.next(size);
                least = Math.min(least, member);
                most = Math.max(most, member);
            }
            assertThat(least).as("seed %d", seed).isBetween(0, size / 1000);
            assertThat(most).as("seed %d", seed).isBetween(size - 1 - size / 1000, size - 1);
        }
    }

    @Test
    void shouldPickTheSameWithTheSameSeed() {
        QueuePick one = new QueuePick(7);
        QueuePick same = new QueuePick(7);
        QueuePick other = new QueuePick(8);
        int differences = 0;
        for (int i = 0; i < 1000; i++) {
            int picked = one.next(1000);
            assertThat(same.next(1000)).isEqualTo(picked);
            differences += other.next(1000) == picked ? 0 : 1;
        }
        assertThat(differences).isGreaterThan(900);
    }

    private static double chiSquare(int[] counts) {
        double expected = (double) IntStream.of(counts).sum() / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    /** Mean and five standard deviations: chance stays below in all but one of 10,000 tests. */
    private static double bound(int degreesOfFreedom) {
        return degreesOfFreedom + 5 * Math.sqrt(2.0 * degreesOfFreedom);
    }
}
