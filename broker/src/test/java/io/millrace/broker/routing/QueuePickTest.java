package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.LongStream;

class QueuePickTest {
    private static final int PICKS = 200_000;

    /** Chi-square, ten standard deviations above its mean: no chance to fail by chance. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 7, 8, 12, 17, 100, 1000})
    void shouldGiveEveryMemberTheSameShare(int members) {
        QueuePick pick = new QueuePick(members);
        long[] counts = new long[members];
        for (int i = 0; i < PICKS; i++) {
            counts[pick.next(members)]++;
        }
        double expected = (double) PICKS / members;
        double chiSquare = 0;
        for (long count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        double mean = members - 1.0;
        assertThat(chiSquare).isLessThan(mean + 10 * Math.sqrt(2 * mean));
    }

    /** Members that follow each other must not depend on each other, or pairs would starve. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void shouldNotTakeMembersInTurn(int members) {
        QueuePick pick = new QueuePick(members);
        long[] counts = new long[members * members];
        int last = pick.next(members);
        for (int i = 0; i < PICKS; i++) {
            int next = pick.next(members);
            counts[last * members + next]++;
            last = next;
        }
        double expected = (double) PICKS / counts.length;
        double deviation = Math.sqrt(expected);
        assertThat(LongStream.of(counts))
                .allMatch(count -> Math.abs(count - expected) < 8 * deviation);
    }
}
