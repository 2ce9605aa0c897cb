package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class HappeningsTest {
    /** One of them, those that are many taken apart. */
    private record Each(int kind, long sequence, long number) {}

    private final Random random = new Random(5);

    private static boolean isRun(int kind) {
        return kind == Happenings.DELIVERED || kind == Happenings.ACKED;
    }

    private static boolean read(byte[] bytes, int length, List<Each> into) {
        try (NativeBlock memory = NativeBlock.allocate(length + 4)) {
            memory.region().put(3, bytes, 0, length);
            return Happenings.read(
                    memory.region(),
                    3,
                    length,
                    (kind, sequence, number) -> {
                        if (!isRun(kind)) {
                            into.add(new Each(kind, sequence, number));
                            return;
                        }
                        for (long i = 0; i < Math.min(number, 10_000); i++) {
                            into.add(new Each(kind, sequence + i, 1));
                        }
                    });
        }
    }

    private List<Each> some(Happenings happenings, int count) {
        List<Each> all = new ArrayList<>();
        long sequence = 1 + (random.nextLong() >>> 1 + random.nextInt(62));
        for (int i = 0; i < count; i++) {
            int kind = 1 + random.nextInt(7);
            int many = isRun(kind) ? 1 + random.nextInt(6) : 1;
            for (int j = 0; j < many; j++) {
                sequence += 1;
                long number = isRun(kind) ? 1 : random.nextLong() >>> random.nextInt(64);
                happenings.add(kind, sequence, number);
                all.add(new Each(kind, sequence, number));
            }
            if (random.nextInt(3) == 0) {
                sequence = 1 + (random.nextLong() >>> 2 + random.nextInt(61));
            }
        }
        return all;
    }

    @Test
    void shouldReadWhatItWrote() {
        Happenings happenings = new Happenings();
        for (int i = 0; i < 300; i++) {
            assertThat(happenings.isEmpty()).isTrue();
            List<Each> all = some(happenings, random.nextInt(30));
            assertThat(happenings.isEmpty()).isEqualTo(all.isEmpty());
            byte[] bytes = happenings.finish();
            List<Each> there = new ArrayList<>();
            assertThat(read(bytes, happenings.finishedLength(), there)).isTrue();
            assertThat(there).isEqualTo(all);
            // It can be asked again, with more behind it: the log may have had no room.
            all.addAll(some(happenings, 3));
            there.clear();
            assertThat(read(happenings.finish(), happenings.finishedLength(), there)).isTrue();
            assertThat(there).isEqualTo(all);
            happenings.clear();
        }
    }

    @Test
    void shouldSayMuchInFewBytes() {
        Happenings happenings = new Happenings();
        for (long i = 1_000_000; i < 1_064_000; i++) {
            happenings.add(Happenings.DELIVERED, i, 1);
        }
        happenings.finish();
        assertThat(happenings.finishedLength()).isLessThan(8);
    }

    @Test
    void shouldRefuseWhatItNeverWrote() {
        for (int i = 0; i < 3_000; i++) {
            Happenings happenings = new Happenings();
            List<Each> all = some(happenings, 1 + random.nextInt(6));
            byte[] whole = happenings.finish();
            int length = happenings.finishedLength();
            int cut = random.nextInt(length);
            List<Each> there = new ArrayList<>();
            boolean read = read(whole, cut, there);
            // What stands in front of the cut has happened; nothing else has.
            assertThat(all.subList(0, there.size())).isEqualTo(there);
            assertThat(read || there.size() < all.size()).isTrue();

            byte[] garbage = Arrays.copyOf(whole, length);
            garbage[random.nextInt(length)] = (byte) random.nextInt();
            read(garbage, length, new ArrayList<>());
            random.nextBytes(garbage);
            read(garbage, length, new ArrayList<>());
        }
    }

    @Test
    void shouldNotHaveARunHappenThatNobodyCanCount() {
        // DELIVERED, 1, and a number without an end or below nothing.
        byte[] endless = {1, 2, -1, -1, -1, -1, -1, -1, -1, -1, 127};
        List<Each> there = new ArrayList<>();
        assertThat(read(endless, endless.length, there)).isFalse();
        byte[] negative = {1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        assertThat(read(negative, negative.length, there)).isFalse();
        assertThat(there).isEmpty();
    }
}
