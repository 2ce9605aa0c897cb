package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

class LargestTest {
    private record Numbered(long number, int place) {}

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 100, 1000})
    void shouldKeepTheLargestInOrderAndOfEqualOnesTheFirst(int most) {
        Random random = new Random(most);
        Largest<Numbered> largest = new Largest<>(most);
        List<Numbered> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Numbered next = new Numbered(random.nextInt(50), i);
            all.add(next);
            largest.consider(next.number(), next);
        }
        all.sort(Comparator.comparingLong(Numbered::number).reversed());
        assertThat(largest.inOrder()).isEqualTo(all.stream().limit(most).toList());
    }
}
