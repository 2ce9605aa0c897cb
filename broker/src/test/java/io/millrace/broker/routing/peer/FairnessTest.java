package io.millrace.broker.routing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairnessTest {
    private static final long MS = 1_000_000;

    private final Fairness fairness = new Fairness();

    @Test
    void shouldPartStretchesThatTakeLong() {
        assertThat(fairness.frames()).as("of one who has just come").isLessThan(100);
        fairness.routed(2_000, MS / 2);
        assertThat(fairness.takesTurns()).isFalse();
        fairness.routed(2_000, 10 * MS);
        assertThat(fairness.takesTurns()).isTrue();
        assertThat(fairness.frames()).isEqualTo(200);
    }

    @Test
    void shouldNeverPartThemSoMuchThatNothingGoesOn() {
        fairness.routed(40, 10_000 * MS);
        assertThat(fairness.frames()).isEqualTo(Fairness.FEWEST);
        assertThat(Fairness.isMeasured(fairness.frames())).isTrue();
    }

    @Test
    void shouldForgetWhatTookLongOnceItDoesNotAnyMore() {
        fairness.routed(2_000, 100 * MS);
        fairness.routed(fairness.frames(), MS / 1_000);
        assertThat(fairness.takesTurns()).isFalse();
    }
}
