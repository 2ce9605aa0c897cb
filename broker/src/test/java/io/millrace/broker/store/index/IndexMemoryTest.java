package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** What an index takes, as its debtor is charged. */
class IndexMemoryTest {
    private static final int MILLION = 1_000_000;

    private final IndexFixture fixture = new IndexFixture();
    private final StreamIndex index = fixture.index;
    private final Random random = new Random(1);

    @AfterEach
    void shouldGiveAllBack() {
        fixture.close();
        assertThat(fixture.owed()).isZero();
    }

    private void fill(int messages, IntFunction<String> subject, IntUnaryOperator size) {
        long log = 0;
        for (int i = 1; i <= messages; i++) {
            int bytes = size.applyAsInt(i);
            index.add(i, fixture.intern(subject.apply(i)), log, bytes);
            log += bytes + 39 & -8;
        }
    }

    private double perMessage(String what) {
        double bytes = (double) fixture.owed() / index.messages();
        System.out.printf("%s: %.2f bytes a message%n", what, bytes);
        assertThat(fixture.owed()).isEqualTo(index.memory());
        return bytes;
    }

    @Test
    void shouldTakeLittleWhereMessagesAreAlike() {
        fill(MILLION / 4, i -> "orders", i -> 128);
        assertThat(perMessage("one subject, one size")).isLessThan(0.8);
    }

    @Test
    void shouldTakeLittleWhereSizesDiffer() {
        fill(MILLION / 4, i -> "orders", i -> random.nextInt(100, 500));
        assertThat(perMessage("one subject, many sizes")).isLessThan(4);
    }

    @Test
    void shouldTakeAFewBytesWhereSubjectsAndSizesDiffer() {
        fill(MILLION / 2, i -> "orders." + random.nextInt(1000), i -> random.nextInt(100, 500));
        assertThat(perMessage("a thousand subjects, many sizes")).isLessThan(8);
    }

    @Test
    void shouldTakeAtMostSixtyBytesForASubject() {
        fill(MILLION, i -> "orders.eu.shop%06d".formatted(i - 1), i -> 128);
        assertThat(index.subjects()).isEqualTo(MILLION);
        assertThat(perMessage("a million subjects of 20 bytes")).isLessThan(60);
    }

    @Test
    void shouldTakeNothingForAGap() {
        fixture.add(1, "a");
        long before = fixture.owed();
        fixture.add(1L << 60, "a");
        fixture.add((1L << 62) + 5, "a");
        assertThat(fixture.owed()).isEqualTo(before);
        assertThat(index.next(2)).isEqualTo(1L << 60);
        assertThat(index.previous(1L << 61)).isEqualTo(1L << 60);
        assertThat(index.deleted()).isEqualTo((1L << 62) + 5 - 3);
        assertThat(index.nextAbsent(1)).isEqualTo(2);
    }

    /** Numbers, texts and slots of subjects without messages are used again. */
    @Test
    void shouldNotGrowWhenSubjectsComeAndGo() {
        long early = 0;
        for (int i = 1; i <= 150_000; i++) {
            fixture.add(i, "orders." + i);
            if (i > 1000) {
                index.remove(i - 1000);
            }
            if (i == 50_000) {
                early = fixture.owed();
            }
        }
        assertThat(index.subjects()).isEqualTo(1000);
        assertThat(fixture.owed()).isLessThanOrEqualTo(early + early / 10);
    }

    /** One in a thousand is left of each chunk: chunks are united. */
    @Test
    void shouldBecomeSmallWhenFewMessagesAreLeft() {
        int messages = MILLION / 4;
        fill(messages, i -> "orders." + i % 7, i -> 128);
        long full = fixture.owed();
        for (int i = 1; i <= messages; i++) {
            if (i % 1000 != 0) {
                assertThat(index.remove(i)).isTrue();
            }
        }
        assertThat(index.messages()).isEqualTo(messages / 1000);
        assertThat(fixture.owed()).isLessThan(full / 5);
        int found = 0;
        for (long at = index.first(); at != 0; at = index.next(at + 1)) {
            assertThat(at % 1000).isZero();
            found++;
        }
        assertThat(found).isEqualTo(messages / 1000);
    }

    @Test
    void shouldGiveMemoryBackWhenAllIsRemoved() {
        fill(200_000, i -> "orders." + i, i -> 128);
        while (index.first() != 0) {
            index.remove(index.first());
        }
        fixture.add(200_001, "another");
        assertThat(fixture.owed()).isLessThan(200_000);
    }

    @Test
    void shouldGiveMemoryBackWhenCleared() {
        fill(200_000, i -> "orders." + i, i -> 128);
        index.clear();
        assertThat(fixture.owed()).isLessThan(20_000);
        assertThat(index.messages() + index.bytes() + index.first() + index.last()).isZero();
        assertThat(index.next(1)).isZero();
        fixture.add(200_001, "orders.1");
        assertThat(index.first()).isEqualTo(200_001);
        assertThat(index.subjects()).isEqualTo(1);
    }

    @Test
    void shouldTakeLittleForAStreamWithHardlyAMessage() {
        fixture.add(1, "orders");
        assertThat(fixture.owed()).isLessThan(4096);
    }
}
