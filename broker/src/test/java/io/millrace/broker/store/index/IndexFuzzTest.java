package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Random;

/**
 * Whatever a checkpoint has, it is refused or makes an index that works. {@code JAZZER_FUZZ=1}
 * fuzzes; without the variable the seeds run.
 */
class IndexFuzzTest {
    /** A chunk takes its page at most, an entry of a subject its record and first pages. */
    private static final long MOST_MEMORY_PER_BYTE = 64;

    private static final long MOST_MEMORY_AT_LEAST = 32 * 1024;

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldReadOrRefuseAnything(byte[] input) {
        read(input);
    }

    /** What a fuzzer needs long to find: dumps with a few bytes changed. */
    @Test
    void shouldReadOrRefuseDumpsWithDamage() throws IOException {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int dump = 0; dump < 40; dump++) {
            byte[] whole = dump(random);
            assertThat(read(whole)).isTrue();
            for (int i = 0; i < 100; i++) {
                byte[] damaged = whole.clone();
                for (int change = random.nextInt(3); change >= 0; change--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                try {
                    read(damaged);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("replay with -Dmillrace.seed=" + seed, e);
                }
            }
        }
    }

    private static byte[] dump(Random random) throws IOException {
        try (IndexFixture fixture = new IndexFixture()) {
            int subjects = 1 + random.nextInt(20);
            int messages = random.nextInt(900);
            long sequence = 0;
            for (int i = 0; i < messages; i++) {
                sequence += random.nextInt(50) == 0 ? random.nextInt(1000) + 1 : 1;
                int subject = fixture.intern("s." + random.nextInt(subjects));
                fixture.index.add(
                        sequence, subject, random.nextLong(1L << 40), random.nextInt(1000));
            }
            for (int i = random.nextInt(messages + 1); i > 0; i--) {
                fixture.index.remove(random.nextLong(sequence + 1));
            }
            Dump dump = new Dump();
            fixture.index.write(dump);
            return dump.bytes();
        }
    }

    /** Whether it was read; if so, all of it is used. */
    private static boolean read(byte[] input) {
        Debtor debtor = new Debtor(Ledger.unbounded());
        boolean read = false;
        try (StreamIndex index = StreamIndex.read(Dump.source(input), debtor)) {
            read = true;
            assertThat(index.memory())
                    .isLessThan(MOST_MEMORY_AT_LEAST + MOST_MEMORY_PER_BYTE * input.length);
            use(index);
        } catch (IOException e) {
            assertThat(read).isFalse();
        }
        assertThat(debtor.bytes(Debt.Store.NATIVE)).isZero();
        return read;
    }

    private static void use(StreamIndex index) {
        long count = 0;
        long bytes = 0;
        for (long at = index.first(); at != 0 && at < Long.MAX_VALUE; at = index.next(at + 1)) {
            int subject = index.subject(at);
            long next = index.nextOf(subject, at);
            assertThat(next == 0 ? at == index.lastOf(subject) : index.subject(next) == subject)
                    .isTrue();
            assertThat(index.previousOf(subject, at + 1)).isEqualTo(at);
            index.relocate(at, index.location(at) >>> 1);
            bytes += index.size(at);
            count++;
        }
        assertThat(index.messages() - count).isBetween(0L, 1L);
        assertThat(bytes).isLessThanOrEqualTo(index.bytes());
        while (index.first() != 0) {
            assertThat(index.remove(index.last())).isTrue();
            index.remove(index.first());
        }
        assertThat(index.subjects()).isZero();
        assertThat(index.bytes()).isZero();
    }
}
