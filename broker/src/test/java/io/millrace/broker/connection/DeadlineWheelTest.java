package io.millrace.broker.connection;

import static io.millrace.broker.connection.DeadlineWheel.NEVER;
import static io.millrace.broker.connection.DeadlineWheel.TICK_NS;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/** The wheel with injected time, against a list that is searched for what is due. */
class DeadlineWheelTest {
    /** Any: {@link System#nanoTime} begins anywhere, too. */
    private static final long ORIGIN_NS = -123_456_789_012L;

    /** Time for one turn of the wheel; deadlines beyond share slots with near ones. */
    private static final long TURN_NS = 1024 * TICK_NS;

    private final DeadlineWheel wheel = new DeadlineWheel(ORIGIN_NS);

    private static final class Recorder implements DeadlineWheel.Owner {
        final DeadlineWheel.Deadline deadline = new DeadlineWheel.Deadline(this);
        final List<Long> firedNs = new ArrayList<>();
        LongConsumer whenFired = nowNs -> {};

        @Override
        public void due(long nowNs) {
            assertThat(deadline.isArmed()).isFalse();
            firedNs.add(nowNs);
            whenFired.accept(nowNs);
        }
    }

    private static long at(double ticks) {
        return ORIGIN_NS + (long) (ticks * TICK_NS);
    }

    @Test
    void shouldFireAtTheFirstTickThatIsNotEarly() {
        Recorder onTick = new Recorder();
        Recorder justBehindTick = new Recorder();
        assertThat(wheel.arm(onTick.deadline, at(3))).isEqualTo(at(3));
        assertThat(wheel.arm(justBehindTick.deadline, at(3) + 1)).isEqualTo(at(4));
        wheel.advance(at(3) - 1);
        assertThat(onTick.firedNs).isEmpty();
        wheel.advance(at(3));
        assertThat(onTick.firedNs).containsExactly(at(3));
        assertThat(justBehindTick.firedNs).isEmpty();
        wheel.advance(at(4));
        assertThat(justBehindTick.firedNs).containsExactly(at(4));
        wheel.advance(at(5000));
        assertThat(onTick.firedNs).hasSize(1);
        assertThat(justBehindTick.firedNs).hasSize(1);
    }

    @Test
    void shouldFireAtTheNextTickWhenDeadlineHasPassedAlready() {
        Recorder late = new Recorder();
        wheel.advance(at(10));
        assertThat(wheel.arm(late.deadline, at(2))).isEqualTo(at(11));
        wheel.advance(at(10.9));
        assertThat(late.firedNs).isEmpty();
        wheel.advance(at(11));
        assertThat(late.firedNs).containsExactly(at(11));
    }

    @Test
    void shouldForgetTheOldTimeWhenArmedAgain() {
        Recorder sooner = new Recorder();
        Recorder later = new Recorder();
        wheel.arm(sooner.deadline, at(8));
        wheel.arm(sooner.deadline, at(4));
        wheel.arm(later.deadline, at(4));
        wheel.arm(later.deadline, at(8));
        wheel.advance(at(6));
        assertThat(sooner.firedNs).containsExactly(at(6));
        assertThat(later.firedNs).isEmpty();
        wheel.advance(at(20));
        assertThat(sooner.firedNs).containsExactly(at(6));
        assertThat(later.firedNs).containsExactly(at(20));
    }

    @Test
    void shouldNotFireWhenDisarmed() {
        Recorder deadline = new Recorder();
        wheel.disarm(deadline.deadline);
        wheel.arm(deadline.deadline, at(4));
        assertThat(deadline.deadline.isArmed()).isTrue();
        wheel.disarm(deadline.deadline);
        wheel.disarm(deadline.deadline);
        assertThat(deadline.deadline.isArmed()).isFalse();
        wheel.advance(at(5000));
        assertThat(deadline.firedNs).isEmpty();
        assertThat(wheel.nextWakeNs()).isEqualTo(NEVER);
    }

    @Test
    void shouldFireFarDeadlinesOnlyInTheirOwnTurn() {
        Recorder near = new Recorder();
        Recorder far = new Recorder();
        wheel.arm(near.deadline, at(7));
        wheel.arm(far.deadline, at(7) + 3 * TURN_NS);
        for (int tick = 1; tick < 7 + 3 * 1024; tick++) {
            wheel.advance(at(tick));
            assertThat(far.firedNs).isEmpty();
        }
        assertThat(near.firedNs).containsExactly(at(7));
        wheel.advance(at(7) + 3 * TURN_NS);
        assertThat(far.firedNs).containsExactly(at(7) + 3 * TURN_NS);
    }

    @Test
    void shouldFireAllThatIsDueAfterSleepingForManyTurns() {
        List<Recorder> deadlines = new ArrayList<>();
        for (int tick = 1; tick <= 3000; tick += 7) {
            Recorder deadline = new Recorder();
            wheel.arm(deadline.deadline, at(tick));
            deadlines.add(deadline);
        }
        wheel.advance(at(1_000_000));
        assertThat(deadlines).allMatch(deadline -> deadline.firedNs.equals(List.of(at(1_000_000))));
        Recorder next = new Recorder();
        assertThat(wheel.arm(next.deadline, at(0))).isEqualTo(at(1_000_001));
    }

    @Test
    void shouldLetFiringDeadlineDisarmItsNeighbours() {
        Recorder before = new Recorder();
        Recorder firing = new Recorder();
        Recorder behind = new Recorder();
        Recorder lastBehind = new Recorder();
        firing.whenFired =
                nowNs -> {
                    wheel.disarm(before.deadline);
                    wheel.disarm(behind.deadline);
                };
        wheel.arm(before.deadline, at(5) + TURN_NS);
        wheel.arm(firing.deadline, at(5));
        wheel.arm(behind.deadline, at(5));
        wheel.arm(lastBehind.deadline, at(5));
        wheel.advance(at(5));
        assertThat(firing.firedNs).hasSize(1);
        assertThat(lastBehind.firedNs).hasSize(1);
        wheel.advance(at(5) + 2 * TURN_NS);
        assertThat(before.firedNs).isEmpty();
        assertThat(behind.firedNs).isEmpty();
        assertThat(wheel.nextWakeNs()).isEqualTo(NEVER);
    }

    @Test
    void shouldLetFiringDeadlineArmItselfAndOthers() {
        Recorder ping = new Recorder();
        Recorder other = new Recorder();
        ping.whenFired =
                nowNs -> {
                    wheel.arm(ping.deadline, nowNs + 2 * TICK_NS);
                    wheel.arm(other.deadline, nowNs + TURN_NS);
                };
        wheel.arm(ping.deadline, at(2));
        for (int tick = 1; tick <= 6; tick++) {
            wheel.advance(at(tick));
        }
        assertThat(ping.firedNs).containsExactly(at(2), at(4), at(6));
        assertThat(other.firedNs).isEmpty();
        wheel.disarm(ping.deadline);
        wheel.advance(at(6) + TURN_NS);
        assertThat(other.firedNs).containsExactly(at(6) + TURN_NS);
    }

    @Test
    void shouldFireOnceAtATimeWhenArmedForNowWhileFiring() {
        Recorder hasty = new Recorder();
        hasty.whenFired = nowNs -> wheel.arm(hasty.deadline, nowNs);
        wheel.arm(hasty.deadline, at(1));
        wheel.advance(at(1));
        assertThat(hasty.firedNs).containsExactly(at(1));
        wheel.advance(at(2));
        assertThat(hasty.firedNs).containsExactly(at(1), at(2));
    }

    @Test
    void shouldSayWhenToWakeNext() {
        assertThat(wheel.nextWakeNs()).isEqualTo(NEVER);
        Recorder near = new Recorder();
        Recorder nearer = new Recorder();
        wheel.arm(near.deadline, at(6.5));
        assertThat(wheel.nextWakeNs()).isEqualTo(at(7));
        wheel.arm(nearer.deadline, at(2));
        assertThat(wheel.nextWakeNs()).isEqualTo(at(2));
        wheel.advance(at(2));
        assertThat(wheel.nextWakeNs()).isEqualTo(at(7));
        wheel.disarm(near.deadline);
        assertThat(wheel.nextWakeNs()).isEqualTo(NEVER);
    }

    /** Deadlines armed and disarmed at random, inside of firings and outside. */
    private static final class Model {
        final DeadlineWheel wheel = new DeadlineWheel(ORIGIN_NS);
        final Random random;
        final Recorder[] deadlines = new Recorder[40];

        /** When each is due; {@link DeadlineWheel#NEVER} while it is not armed. */
        final long[] dueNs = new long[deadlines.length];

        /** When each must have fired: one tick after it was due, or armed if that was later. */
        final long[] latestNs = new long[deadlines.length];

        long nowNs = ORIGIN_NS;
        int fired;

        Model(Random random) {
            this.random = random;
            for (int i = 0; i < deadlines.length; i++) {
                int number = i;
                deadlines[i] = new Recorder();
                deadlines[i].whenFired = firedNs -> onFired(number, firedNs);
                forget(i);
            }
        }

        private void forget(int number) {
            dueNs[number] = NEVER;
            latestNs[number] = NEVER;
        }

        private void onFired(int number, long firedNs) {
            fired++;
            assertThat(firedNs).isEqualTo(nowNs);
            assertThat(dueNs[number]).as("not early").isLessThanOrEqualTo(nowNs);
            forget(number);
            while (random.nextInt(3) == 0) {
                change();
            }
        }

        void change() {
            int number = random.nextInt(deadlines.length);
            if (random.nextInt(4) == 0) {
                wheel.disarm(deadlines[number].deadline);
                forget(number);
            } else {
                dueNs[number] = nowNs + delay();
                latestNs[number] = Math.max(dueNs[number], nowNs) + TICK_NS;
                assertThat(wheel.arm(deadlines[number].deadline, dueNs[number]))
                        .isBetween(dueNs[number], latestNs[number]);
            }
        }

        private long delay() {
            long most =
                    switch (random.nextInt(4)) {
                        case 0 -> 3 * TICK_NS;
                        case 1 -> 100 * TICK_NS;
                        case 2 -> TURN_NS;
                        default -> 5 * TURN_NS;
                    };
            return random.nextLong(most) - 2 * TICK_NS;
        }

        /** Sleeps until the wheel wants to be called, or less, or much longer. */
        void advance() {
            long wakeNs = wheel.nextWakeNs();
            assertThat(wakeNs)
                    .as("wakes in time")
                    .isLessThanOrEqualTo(Arrays.stream(latestNs).min().orElseThrow());
            boolean nothingArmed = Arrays.stream(dueNs).allMatch(due -> due == NEVER);
            assertThat(wakeNs == NEVER).isEqualTo(nothingArmed);
            long longestNs = random.nextInt(10) == 0 ? 3 * TURN_NS : TICK_NS;
            nowNs =
                    wakeNs == NEVER || random.nextInt(8) == 0
                            ? nowNs + random.nextLong(longestNs)
                            : Math.max(nowNs, wakeNs) + random.nextLong(longestNs);
            wheel.advance(nowNs);
            assertThat(wheel.nextWakeNs()).as("never turns on the spot").isGreaterThan(nowNs);
            for (int i = 0; i < deadlines.length; i++) {
                assertThat(deadlines[i].deadline.isArmed()).isEqualTo(dueNs[i] != NEVER);
                assertThat(latestNs[i]).as("not late").isGreaterThan(nowNs);
            }
        }
    }

    @Test
    void shouldAgreeWithNaiveList() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Model model = new Model(new Random(seed));
        try {
            for (int i = 0; i < 50_000; i++) {
                if (model.random.nextBoolean()) {
                    model.change();
                } else {
                    model.advance();
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Dmillrace.seed=" + seed, e);
        }
        assertThat(model.fired).isGreaterThan(5_000);
    }
}
