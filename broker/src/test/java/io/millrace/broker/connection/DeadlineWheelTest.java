package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

class DeadlineWheelTest {
    private static final long TICK = DeadlineWheel.TICK_NS;
    private static final int STEPS = 200_000;

    private static final class Recorded extends DeadlineWheel.Deadline {
        private final LongConsumer onFire;
        long dueNs = DeadlineWheel.NEVER;

        Recorded(LongConsumer onFire) {
            this.onFire = onFire;
        }

        @Override
        void fire(long nowNs) {
            onFire.accept(nowNs);
        }
    }

    @Test
    void shouldSayThatNothingIsArmed() {
        DeadlineWheel wheel = new DeadlineWheel(5);
        assertThat(wheel.nextWakeNs()).isEqualTo(DeadlineWheel.NEVER);
        Recorded deadline = new Recorded(now -> {});
        wheel.arm(deadline, 5 + TICK);
        assertThat(wheel.nextWakeNs()).isEqualTo(5 + TICK);
        wheel.disarm(deadline);
        wheel.disarm(deadline);
        assertThat(wheel.nextWakeNs()).isEqualTo(DeadlineWheel.NEVER);
    }

    @Test
    void shouldLetADeadlineArmItselfAndDisarmOthersWhenItFires() {
        DeadlineWheel wheel = new DeadlineWheel(0);
        List<String> fired = new ArrayList<>();
        Recorded victim = new Recorded(now -> fired.add("victim"));
        Recorded[] again = new Recorded[1];
        again[0] =
                new Recorded(
                        now -> {
                            fired.add("again at " + now / TICK);
                            wheel.disarm(victim);
                            if (fired.size() < 3) {
                                wheel.arm(again[0], now);
                            }
                        });
        wheel.arm(again[0], TICK);
        wheel.arm(victim, TICK);
        for (long now = 0; now <= 5 * TICK; now += TICK) {
            wheel.advance(now);
        }
        assertThat(fired).containsExactly("again at 1", "again at 2", "again at 3");
        assertThat(wheel.nextWakeNs()).isEqualTo(DeadlineWheel.NEVER);
    }

    /** Time goes on in jumps of all sizes, from a moment in which nanoTime may be negative, too. */
    @Test
    void shouldFireAllThatIsDueAndNothingElse() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        long[] now = {random.nextLong() / 4};
        DeadlineWheel wheel = new DeadlineWheel(now[0]);
        List<Recorded> deadlines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Recorded[] self = new Recorded[1];
            self[0] =
                    new Recorded(
                            at -> {
                                assertThat(at).as("seed %d", seed).isEqualTo(now[0]);
                                assertThat(self[0].dueNs).as("early").isLessThanOrEqualTo(at);
                                self[0].dueNs = DeadlineWheel.NEVER;
                            });
            deadlines.add(self[0]);
        }
        for (int step = 0; step < STEPS; step++) {
            Recorded one = deadlines.get(random.nextInt(deadlines.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    one.dueNs = now[0] + delay(random);
                    assertThat(wheel.arm(one, one.dueNs)).isGreaterThanOrEqualTo(one.dueNs);
                }
                case 2 -> {
                    one.dueNs = DeadlineWheel.NEVER;
                    wheel.disarm(one);
                }
                default -> {
                    now[0] += random.nextInt(3) == 0 ? delay(random) : random.nextLong(2 * TICK);
                    wheel.advance(now[0]);
                    for (Recorded deadline : deadlines) {
                        boolean pending = deadline.dueNs != DeadlineWheel.NEVER;
                        assertThat(deadline.isArmed()).isEqualTo(pending);
                        if (pending && deadline.dueNs <= now[0] - TICK) {
                            throw new AssertionError("late, seed " + seed);
                        }
                    }
                }
            }
        }
    }

    private static long delay(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong(TICK);
            case 1 -> random.nextLong(10 * TICK);
            case 2 -> Duration.ofSeconds(1 + random.nextInt(60)).toNanos();
            default -> Duration.ofMinutes(1 + random.nextInt(10)).toNanos();
        };
    }
}
