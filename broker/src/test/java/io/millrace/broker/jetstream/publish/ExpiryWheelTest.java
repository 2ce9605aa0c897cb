package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ExpiryWheelTest {
    private static final long START_NS = 1_790_000_000_123_456_789L;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long TICK_NS = 1 << 20;
    private static final int ALL = Integer.MAX_VALUE;

    private final Ledger ledger = Ledger.unbounded();
    private final Debtor debtor = new Debtor(ledger);

    private static List<Long> due(ExpiryWheel wheel, long nowNs) {
        List<Long> due = new ArrayList<>();
        wheel.poll(nowNs, ALL, (sequence, _) -> due.add(sequence));
        return due;
    }

    @Test
    void shouldTellOfWhatIsDueAndNotBefore() {
        try (ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS)) {
            wheel.add(1, START_NS + 5 * SECOND_NS);
            wheel.add(2, START_NS + SECOND_NS);
            wheel.add(3, START_NS + 3600 * SECOND_NS);
            assertThat(due(wheel, START_NS + SECOND_NS - 1)).isEmpty();
            assertThat(due(wheel, START_NS + SECOND_NS + TICK_NS)).containsExactly(2L);
            assertThat(wheel.expiryNs(1)).isEqualTo(START_NS + 5 * SECOND_NS);
            assertThat(wheel.expiryNs(2)).isEqualTo(ExpiryWheel.NONE);
            assertThat(wheel.remove(1)).isTrue();
            assertThat(wheel.remove(1)).isFalse();
            assertThat(due(wheel, START_NS + 4000 * SECOND_NS)).containsExactly(3L);
            assertThat(wheel.size()).isZero();
            assertThat(wheel.nextDueNs()).isEqualTo(ExpiryWheel.NEVER);
            assertThat(ledger.bytes(Debt.STORE)).isZero();
        }
    }

    @Test
    void shouldFollowAClockThatGoesBack() {
        try (ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS)) {
            wheel.add(1, START_NS + 7200 * SECOND_NS);
            wheel.add(2, START_NS + 7201 * SECOND_NS);
            wheel.add(9, START_NS + SECOND_NS);
            assertThat(due(wheel, START_NS + 3600 * SECOND_NS)).containsExactly(9L);
            wheel.add(3, START_NS + 5 * SECOND_NS);
            wheel.add(4, START_NS + 3601 * SECOND_NS);
            assertThat(due(wheel, START_NS + 4 * SECOND_NS)).isEmpty();
            assertThat(due(wheel, START_NS + 6 * SECOND_NS)).containsExactly(3L);
            assertThat(due(wheel, START_NS + 9000 * SECOND_NS)).containsExactly(4L, 1L, 2L);
        }
    }

    @Test
    void shouldWaitForever() {
        try (ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS)) {
            wheel.add(1, Long.MAX_VALUE);
            assertThat(wheel.nextDueNs()).isGreaterThan(START_NS);
            assertThat(due(wheel, Long.MAX_VALUE - 1)).isEmpty();
        }
    }

    @Test
    void shouldDoNoMoreThanItIsAllowedTo() {
        try (ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS)) {
            for (int i = 1; i <= 1000; i++) {
                wheel.add(i, START_NS + 7200 * SECOND_NS + i);
            }
            List<Long> due = new ArrayList<>();
            long nowNs = START_NS + 8000 * SECOND_NS;
            int calls = 0;
            while (wheel.poll(nowNs, 10, (sequence, _) -> due.add(sequence))) {
                calls++;
                assertThat(wheel.nextDueNs()).isLessThanOrEqualTo(nowNs);
            }
            assertThat(due).hasSize(1000).doesNotHaveDuplicates();
            assertThat(calls).isGreaterThan(100);
        }
    }

    @Test
    void shouldTakeNewEntriesWhileItTells() {
        try (ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS)) {
            wheel.add(1, START_NS + SECOND_NS);
            List<Long> times = new ArrayList<>();
            long nowNs = START_NS + 10 * SECOND_NS;
            wheel.poll(
                    nowNs,
                    ALL,
                    (sequence, expiryNs) -> {
                        times.add((expiryNs - START_NS) / SECOND_NS);
                        wheel.add(sequence, expiryNs + 2 * SECOND_NS);
                    });
            assertThat(times).containsExactly(1L, 3L, 5L, 7L, 9L);
            assertThat(wheel.expiryNs(1)).isEqualTo(START_NS + 11 * SECOND_NS);
        }
    }

    @Test
    void shouldAgreeWithTheSimplestTable() throws IOException {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Long, Long> known = new HashMap<>();
        ExpiryWheel wheel = new ExpiryWheel(debtor, START_NS);
        long nowNs = START_NS;
        for (int i = 1; i < 60_000; i++) {
            long sequence = 1 + random.nextInt(4000);
            switch (random.nextInt(10)) {
                case 0, 1 ->
                        assertThat(wheel.remove(sequence))
                                .as("seed %d", seed)
                                .isEqualTo(known.remove(sequence) != null);
                case 2 -> {
                    // The clock goes back now and then, by little or by much.
                    nowNs += (long) (random.nextGaussian() * apart(random) / 10) + TICK_NS;
                    poll(wheel, known, nowNs, random.nextInt(20) == 0 ? 5 : ALL, seed);
                }
                default -> {
                    long expiryNs = nowNs + apart(random) - SECOND_NS;
                    wheel.add(sequence, expiryNs);
                    known.put(sequence, expiryNs);
                }
            }
            assertThat(wheel.size()).isEqualTo(known.size());
            assertThat(wheel.expiryNs(sequence))
                    .isEqualTo(known.getOrDefault(sequence, ExpiryWheel.NONE));
            if (i % 15_000 == 0) {
                wheel = again(wheel, nowNs);
            }
        }
        wheel.close();
        assertThat(ledger.bytes(Debt.STORE)).as("seed %d", seed).isZero();
    }

    private static void poll(
            ExpiryWheel wheel, Map<Long, Long> known, long nowNs, int most, long seed) {
        long limitNs = nowNs;
        boolean more =
                wheel.poll(
                        nowNs,
                        most,
                        (sequence, expiryNs) -> {
                            assertThat(expiryNs).as("seed %d", seed).isLessThanOrEqualTo(limitNs);
                            assertThat(known.remove(sequence)).isEqualTo(expiryNs);
                        });
        if (!more) {
            assertThat(known.values())
                    .as("seed %d", seed)
                    .allMatch(expiryNs -> expiryNs > limitNs - TICK_NS);
        }
        long earliestNs = known.values().stream().mapToLong(each -> each).min().orElse(-1);
        if (earliestNs >= 0) {
            assertThat(wheel.nextDueNs()).isLessThan(earliestNs + TICK_NS);
        }
    }

    /** From nothing to years. */
    private static long apart(Random random) {
        return random.nextLong(1L << 1 + random.nextInt(57));
    }

    private ExpiryWheel again(ExpiryWheel wheel, long nowNs) throws IOException {
        Recorded recorded = new Recorded();
        wheel.write(recorded);
        wheel.close();
        ExpiryWheel again = new ExpiryWheel(debtor, nowNs);
        again.read(recorded.source());
        return again;
    }
}
