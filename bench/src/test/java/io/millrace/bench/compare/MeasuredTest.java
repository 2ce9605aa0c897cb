package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rounds that failed leave the others' figures as they are. */
class MeasuredTest {
    private final Measured base = new Measured();
    private final Measured mine = new Measured();

    @Test
    void shouldPairRoundsThoughOneFailed() {
        base.add(round(100));
        base.fail("it was slow");
        base.add(round(400));
        mine.add(round(200));
        mine.add(round(999));
        mine.add(round(200));
        assertThat(mine.ratios(base, Measured.Round::rate)).containsExactly(2.0, 0.5);
        assertThat(base.rate()).isEqualTo(250);
        assertThat(base.faults()).containsExactly("it was slow");
    }

    @Test
    void shouldHaveNoRatiosOfWhatIsntMeasured() {
        base.add(round(100));
        mine.add(round(100));
        assertThat(mine.ratios(base, round -> round.latencyUs(50))).isEmpty();
    }

    @Test
    void shouldKnowNothingWhenAllRoundsFailed() {
        assertThat(mine.isKnown()).isFalse();
        mine.fail("it was away");
        assertThat(mine.isKnown()).isFalse();
        assertThat(mine.rate()).isNaN();
    }

    private static Measured.Round round(double rate) {
        return new Measured.Round(rate, 1, 1, null, Double.NaN);
    }
}
