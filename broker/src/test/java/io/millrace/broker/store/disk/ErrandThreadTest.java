package io.millrace.broker.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class ErrandThreadTest {
    private final List<String> outcomes = new ArrayList<>();
    private final AtomicInteger rung = new AtomicInteger();

    /** An errand that says how it went. */
    private final class Named implements Errand {
        private final String name;
        private final @Nullable Exception failure;

        Named(String name, @Nullable Exception failure) {
            this.name = name;
            this.failure = failure;
        }

        @Override
        public void run() throws IOException {
            switch (failure) {
                case null -> {}
                case IOException io -> throw io;
                case RuntimeException other -> throw other;
                default -> throw new AssertionError(failure);
            }
        }

        @Override
        public void done(@Nullable IOException said) {
            outcomes.add(name + (said == null ? "" : " " + said.getMessage()));
        }
    }

    @Test
    void shouldDoErrandsInOrderAndTellOfEach() {
        List<String> expected = new ArrayList<>();
        try (ErrandThread errands = new ErrandThread("errands", rung::incrementAndGet)) {
            for (int i = 0; i < 1000; i++) {
                errands.submit(new Named("errand " + i, null));
                expected.add("errand " + i);
                if (i % 100 == 0) {
                    errands.finish();
                }
            }
            errands.finish();
            assertThat(errands.isWaiting()).isFalse();
        }
        assertThat(outcomes).isEqualTo(expected);
        assertThat(rung).hasValue(1000);
    }

    @Test
    void shouldGoOnBehindAnErrandThatFails() {
        try (ErrandThread errands = new ErrandThread("errands", rung::incrementAndGet)) {
            errands.submit(new Named("one", new IOException("disk")));
            errands.submit(new Named("two", new IllegalStateException("defect")));
            errands.submit(new Named("three", null));
            errands.finish();
        }
        assertThat(outcomes)
                .containsExactly(
                        "one disk", "two java.lang.IllegalStateException: defect", "three");
    }

    @Test
    void shouldDoWhatWasSubmittedBeforeItEnds() {
        ErrandThread errands = new ErrandThread("errands", rung::incrementAndGet);
        for (int i = 0; i < 100; i++) {
            errands.submit(new Named("errand", null));
        }
        errands.close();
        assertThat(errands.poll()).isEqualTo(100);
        assertThatThrownBy(() -> errands.submit(new Named("late", null)))
                .isInstanceOf(IllegalStateException.class);
    }
}
