package io.millrace.broker.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.Memory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** As the matcher uses it: what a slot holds counts only with a result in the same place. */
class SubjectCacheTest {
    private static final int STEPS = 300_000;
    private static final long SAME_HASH = 42;

    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(1024, Long.BYTES).address();

    @AfterEach
    void free() {
        arena.close();
    }

    private int put(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        Memory.put(memory, bytes);
        return bytes.length;
    }

    @Test
    void shouldTellSubjectsOfTheSameHashApart() {
        try (SubjectCache cache = new SubjectCache(16)) {
            int first = cache.fill(1, 1, memory, put("orders.a"), SAME_HASH);
            int second = cache.fill(1, 1, memory, put("orders.b"), SAME_HASH);
            assertThat(second).isNotEqualTo(first);
            assertThat(cache.find(1, 1, memory, put("orders.a"), SAME_HASH)).isEqualTo(first);
            assertThat(cache.find(1, 1, memory, put("orders.b"), SAME_HASH)).isEqualTo(second);
            assertThat(cache.find(1, 1, memory, put("orders.c"), SAME_HASH))
                    .isEqualTo(SubjectCache.MISS);
            assertThat(cache.find(1, 1, memory, put("orders.aa"), SAME_HASH))
                    .isEqualTo(SubjectCache.MISS);
        }
    }

    @Test
    void shouldTellAccountsAndGenerationsApart() {
        try (SubjectCache cache = new SubjectCache(16)) {
            int length = put("orders.a");
            long hash = Memory.hash(memory, length);
            int slot = cache.fill(1, 7, memory, length, hash);
            assertThat(cache.find(1, 7, memory, length, hash)).isEqualTo(slot);
            assertThat(cache.find(2, 7, memory, length, hash)).isEqualTo(SubjectCache.MISS);
            assertThat(cache.find(1, 8, memory, length, hash)).isEqualTo(SubjectCache.MISS);
            assertThat(cache.fill(1, 8, memory, length, hash)).as("same slot").isEqualTo(slot);
            assertThat(cache.find(1, 7, memory, length, hash)).isEqualTo(SubjectCache.MISS);
            assertThat(cache.forget(1, memory, length, hash)).isEqualTo(slot);
        }
    }

    @Test
    void shouldNotHoldSubjectsLongerThanASlot() {
        try (SubjectCache cache = new SubjectCache(16)) {
            int length = put("a".repeat(SlotLayout.SIZE));
            long hash = Memory.hash(memory, length);
            assertThat(cache.fill(1, 1, memory, length, hash)).isEqualTo(SubjectCache.MISS);
            assertThat(cache.find(1, 1, memory, length, hash)).isEqualTo(SubjectCache.MISS);
        }
    }

    /** Results are the subjects themselves, so that a wrong hit shows. */
    @ParameterizedTest
    @ValueSource(ints = {4, 64, 1024})
    void shouldNeverAnswerForAnotherSubject(int capacity) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        String[] results = new String[capacity];
        int[] generations = {1, 1, 1};
        int hits = 0;
        try (SubjectCache cache = new SubjectCache(capacity)) {
            for (int i = 0; i < STEPS; i++) {
                int account = random.nextInt(generations.length);
                String subject = subject(random);
                int length = put(subject);
                // Few hashes, so that nearly all subjects collide with another.
                long hash = subject.hashCode() % 64;
                String result = account + "/" + generations[account] + "/" + subject;
                int action = random.nextInt(1000);
                if (action == 0) {
                    generations[account]++;
                } else if (action < 20) {
                    int slot = cache.forget(account, memory, length, hash);
                    if (slot != SubjectCache.MISS) {
                        results[slot] = null;
                    }
                    assertThat(cached(cache, results, account, generations, length, hash)).isNull();
                } else {
                    String cached = cached(cache, results, account, generations, length, hash);
                    if (cached != null) {
                        hits++;
                        assertThat(cached).as("seed %d", seed).isEqualTo(result);
                    } else {
                        int slot = cache.fill(account, generations[account], memory, length, hash);
                        if (slot != SubjectCache.MISS) {
                            results[slot] = result;
                        }
                    }
                }
            }
        }
        assertThat(hits).isPositive();
    }

    private @org.jspecify.annotations.Nullable String cached(
            SubjectCache cache,
            String[] results,
            int account,
            int[] generations,
            int length,
            long hash) {
        int slot = cache.find(account, generations[account], memory, length, hash);
        return slot == SubjectCache.MISS ? null : results[slot];
    }

    private static String subject(Random random) {
        String tail = Integer.toString(random.nextInt(300));
        return random.nextInt(20) == 0 ? "x".repeat(SlotLayout.SIZE - 30) + tail : "s." + tail;
    }
}
