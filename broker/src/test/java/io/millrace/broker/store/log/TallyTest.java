package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void shouldCountAValueInTheFirstBucketThatItFits() {
        Tally tally = new Tally(10, 100);
        tally.add(0);
        tally.add(10);
        tally.add(11);
        tally.add(101);
        assertThat(tally.bounds()).containsExactly(10, 100);
        assertThat(tally.counts()).containsExactly(2, 1, 1);
        assertThat(tally.count()).isEqualTo(4);
        assertThat(tally.sum()).isEqualTo(122);
    }
}
