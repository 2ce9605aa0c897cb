package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareArraysTest {
    private final SpareArrays spares = new SpareArrays();

    @Test
    void shouldGiveBackWhatItGot() {
        byte[] array = new byte[SpareArrays.BYTES];
        spares.give(array);

        assertThat(spares.take()).isSameAs(array);
        assertThat(spares.take()).isNull();
    }

    @Test
    void shouldKeepOneSizeOnly() {
        spares.give(new byte[SpareArrays.BYTES / 2]);
        spares.give(new byte[SpareArrays.BYTES * 2]);

        assertThat(spares.take()).isNull();
    }

    @Test
    void shouldKeepAFewOnly() {
        for (int i = 0; i < 2 * SpareArrays.MOST; i++) {
            spares.give(new byte[SpareArrays.BYTES]);
        }
        int kept = 0;
        while (spares.take() != null) {
            kept++;
        }

        assertThat(kept).isEqualTo(SpareArrays.MOST);
    }
}
