package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What belongs to an attempt, and whether it gets on. */
class FlushAttemptTest {
    private static final long MOST = 64L * 1024 * 1024;

    private final FlushAttempt attempt = new FlushAttempt();

    @Test
    void shouldBeOverWhenAllIsTakenThatWasQueuedAtItsBegin() {
        assertThat(attempt.isOver(0)).isTrue();
        attempt.begin(7, 100, 500, 60);
        assertThat(attempt.startedNs()).isEqualTo(7);
        assertThat(attempt.bytes()).isEqualTo(400);
        assertThat(attempt.isOver(499)).isFalse();
        assertThat(attempt.isOver(500)).isTrue();
    }

    @Test
    void shouldTryNoMoreThanTheBoundAtOnce() {
        attempt.begin(0, 100, MOST + 101, 60);
        assertThat(attempt.bytes()).isEqualTo(MOST);
        assertThat(attempt.isOver(MOST + 99)).isFalse();
        assertThat(attempt.isOver(MOST + 100)).isTrue();
    }

    @Test
    void shouldHaveProgressedWhenAnyByteWasTaken() {
        attempt.begin(0, 100, 500, 60);
        assertThat(attempt.hasProgressed(60)).isFalse();
        assertThat(attempt.hasProgressed(59)).isTrue();
    }

    @Test
    void shouldHaveProgressedWhenChunksWereTakenThoughAsMuchWaitsAgain() {
        attempt.begin(0, 100, 500, 60);
        attempt.taken(2);
        assertThat(attempt.hasProgressed(60)).isTrue();
        assertThat(attempt.chunks()).isEqualTo(2);
        attempt.begin(1, 300, 500, 60);
        assertThat(attempt.chunks()).isZero();
        assertThat(attempt.hasProgressed(60)).isFalse();
    }
}
