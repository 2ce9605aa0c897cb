package io.millrace.broker.routing.cache;

import static io.millrace.broker.routing.cache.SubjectCache.MISS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The cache with its caller's array beside it: it may forget at any time, and never lies. */
class SubjectCacheTest {
    private static final int CAPACITY = 64;
    private static final int MAX_SUBJECT = SlotLayout.MAX_SUBJECT;
    private static final int SAME_SLOT = 4;

    private final NativeBlock block = NativeBlock.allocate(4096);
    private final Region memory = block.region();
    private final SubjectCache cache = new SubjectCache(CAPACITY);
    private final @Nullable String[] results = new String[cache.capacity()];

    @AfterEach
    void close() {
        cache.close();
        block.close();
    }

    // As the matcher uses it; the hash is the caller's, so that two subjects can have the same.

    private @Nullable String find(int account, int generation, String subject, long hash) {
        int slot = cache.find(new Generations(account, generation), memory, 0, put(subject), hash);
        return slot == MISS ? null : results[slot];
    }

    private boolean fill(int account, int generation, String subject, long hash, String result) {
        int slot = cache.fill(new Generations(account, generation), memory, 0, put(subject), hash);
        if (slot != MISS) {
            results[slot] = result;
        }
        return slot != MISS;
    }

    private void forget(int account, String subject, long hash) {
        int slot = cache.forget(account, memory, 0, put(subject), hash);
        if (slot != MISS) {
            results[slot] = null;
        }
    }

    private int put(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        memory.put(0, bytes);
        return bytes.length;
    }

    @Test
    void shouldFindWhatWasFilled() {
        assertThat(find(1, 0, "a.b", 99)).isNull();
        assertThat(fill(1, 0, "a.b", 99, "result")).isTrue();
        assertThat(find(1, 0, "a.b", 99)).isEqualTo("result");
        fill(1, 0, "a.b", 99, "other");
        assertThat(find(1, 0, "a.b", 99)).isEqualTo("other");
    }

    /** Subjects that differ in one byte only, each place in turn, or in their length. */
    @Test
    void shouldCompareEveryByteOfSubjectsWithTheSameHash() {
        for (int length = 1; length <= MAX_SUBJECT; length++) {
            String subject = "s".repeat(length);
            fill(1, 0, subject, 7, "right");
            for (int i = 0; i < length; i++) {
                String other = subject.substring(0, i) + 'x' + subject.substring(i + 1);
                assertThat(find(1, 0, other, 7)).as(other).isNull();
            }
            assertThat(find(1, 0, subject + 's', 7)).as("longer").isNull();
            if (length > 1) {
                forget(1, subject.substring(1), 7);
            }
            assertThat(find(1, 0, subject, 7)).isEqualTo("right");
            forget(1, subject, 7);
        }
    }

    @Test
    void shouldKeepSubjectsWithTheSameHashApart() {
        for (int i = 0; i < SAME_SLOT; i++) {
            fill(1, 0, "subject." + i, 7, "result " + i);
        }
        for (int i = 0; i < SAME_SLOT; i++) {
            assertThat(find(1, 0, "subject." + i, 7)).isEqualTo("result " + i);
        }
        forget(1, "subject.2", 7);
        assertThat(find(1, 0, "subject.2", 7)).isNull();
        assertThat(find(1, 0, "subject.3", 7)).isEqualTo("result 3");
    }

    @Test
    void shouldFindNothingOfAnotherGeneration() {
        fill(1, 5, "a", 7, "old");
        assertThat(find(1, 6, "a", 7)).isNull();
        assertThat(find(1, 4, "a", 7)).isNull();
        fill(1, 6, "a", 7, "new");
        assertThat(find(1, 6, "a", 7)).isEqualTo("new");
        assertThat(find(1, 5, "a", 7)).isNull();
    }

    @Test
    void shouldGiveUpOutdatedSubjectOfTheAccountFirst() {
        long sameSlots = 7 ^ key(1) ^ key(2);
        fill(2, 8, "kept 1", sameSlots, "1");
        fill(1, 4, "outdated", 7, "2");
        fill(2, 8, "kept 2", sameSlots, "3");
        fill(2, 8, "kept 3", sameSlots, "4");
        fill(1, 5, "new", 7, "5");
        assertThat(find(1, 4, "outdated", 7)).isNull();
        assertThat(find(1, 5, "new", 7)).isEqualTo("5");
        assertThat(find(2, 8, "kept 1", sameSlots)).isEqualTo("1");
        assertThat(find(2, 8, "kept 2", sameSlots)).isEqualTo("3");
        assertThat(find(2, 8, "kept 3", sameSlots)).isEqualTo("4");
    }

    @Test
    void shouldKeepAccountsApart() {
        fill(1, 0, "a", 7, "of 1");
        fill(2, 0, "a", 7, "of 2");
        assertThat(find(1, 0, "a", 7)).isEqualTo("of 1");
        assertThat(find(2, 0, "a", 7)).isEqualTo("of 2");
        assertThat(find(3, 0, "a", 7)).isNull();
        // Even where the hash of one account's subject is the key of the other's.
        assertThat(find(3, 0, "a", 7 ^ key(1) ^ key(3))).isNull();
        forget(1, "a", 7);
        assertThat(find(1, 0, "a", 7)).isNull();
        assertThat(find(2, 0, "a", 7)).isEqualTo("of 2");
    }

    /** What the cache mixes into the hashes of an account. */
    private static long key(int account) {
        return account * 0x9E3779B97F4A7C15L;
    }

    @Test
    void shouldNotCacheSubjectsLongerThanASlot() {
        String longest = "s".repeat(MAX_SUBJECT);
        assertThat(fill(1, 0, longest, 7, "result")).isTrue();
        assertThat(fill(1, 0, longest + "s", 7, "other")).isFalse();
        assertThat(fill(1, 0, "s".repeat(4000), 7, "other")).isFalse();
        assertThat(find(1, 0, longest, 7)).isEqualTo("result");
        assertThat(find(1, 0, longest + "s", 7)).isNull();
        forget(1, longest + "s", 7);
        assertThat(find(1, 0, longest, 7)).isEqualTo("result");
    }

    /** The last slot and those at the start are neighbours. */
    @Test
    void shouldUseEverySlot() {
        Set<Integer> slots = new HashSet<>();
        for (int home = 0; home < CAPACITY; home++) {
            for (int i = 0; i < SAME_SLOT; i++) {
                int slot =
                        cache.fill(
                                new Generations(0, 0),
                                memory,
                                0,
                                put("subject." + home + "." + i),
                                home);
                assertThat(slot).isBetween(0, CAPACITY - 1);
                slots.add(slot);
            }
        }
        assertThat(slots).hasSize(CAPACITY);
    }

    @Test
    void shouldTakeOnlyPowersOfTwo() {
        for (int capacity : new int[] {0, 1, 2, 3, 63, -64}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new SubjectCache(capacity));
        }
    }

    private record Key(int account, String subject) {}

    private record Known(int generation, String result) {}

    /** Far more subjects than slots, many with the same hash; what is found must be the newest. */
    @Test
    void shouldNeverLieHoweverFullItIs() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Key, Known> oracle = new HashMap<>();
        List<String> subjects = subjects(random);
        int[] generations = new int[3];
        int hits = 0;
        for (int i = 0; i < 1_000_000; i++) {
            int account = random.nextInt(generations.length);
            // Some subjects are asked for often.
            int popular = random.nextInt(1 + random.nextInt(subjects.size()));
            String subject = subjects.get(popular);
            long hash = popular % 50 * 0x1_0000_0001L;
            Key key = new Key(account, subject);
            switch (random.nextInt(100)) {
                case 0 -> generations[account]++;
                case 1, 2, 3 -> {
                    forget(account, subject, hash);
                    oracle.remove(key);
                }
                default -> {
                    int generation = generations[account];
                    String found = find(account, generation, subject, hash);
                    Known known = oracle.get(key);
                    if (found == null) {
                        String result = "result " + i;
                        boolean kept = fill(account, generation, subject, hash, result);
                        assertThat(kept).isEqualTo(subject.length() <= MAX_SUBJECT);
                        oracle.put(key, new Known(generation, result));
                        found = kept ? find(account, generation, subject, hash) : result;
                        known = oracle.get(key);
                    } else {
                        hits++;
                    }
                    if (known == null
                            || known.generation != generation
                            || !known.result.equals(found)) {
                        assertThat(found)
                                .as("step %d, %s; replay with -Dmillrace.seed=%d", i, key, seed)
                                .isEqualTo("not found: " + known);
                    }
                }
            }
        }
        assertThat(hits).isGreaterThan(100_000);
    }

    private static List<String> subjects(Random random) {
        List<String> subjects = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int length = random.nextInt(10) == 0 ? MAX_SUBJECT - 2 : random.nextInt(30);
            subjects.add("s".repeat(length) + "." + i);
        }
        return subjects;
    }

    @Test
    void shouldKnowWhatIsAskedForAgain() {
        Generations one = new Generations(1, 0);
        Generations other = new Generations(2, 0);
        long hash = 0x1234_5678_9ABC_DEF0L;
        assertThat(cache.isAskedForAgain(one, hash)).isFalse();
        assertThat(cache.isAskedForAgain(other, hash)).isFalse();
        int asked = 1;
        while (!cache.isAskedForAgain(one, hash)) {
            asked++;
        }
        assertThat(asked).isLessThan(64);
        assertThat(cache.isAskedForAgain(one, hash)).isTrue();
    }

    /** Two that have the same place there, and come in turns. */
    @Test
    void shouldKnowOneOfTwoThatComeInTurns() {
        Generations account = new Generations(1, 0);
        long[] hashes = {0x1234_5678_9ABC_DEF0L, 0x1234_5678_98BC_DEF0L};
        int known = -1;
        for (int i = 0; known < 0; i++) {
            assertThat(i).isLessThan(64);
            known = cache.isAskedForAgain(account, hashes[i % 2]) ? i % 2 : -1;
        }
        // That one has its slot now, and asks no more.
        int asked = 1;
        while (!cache.isAskedForAgain(account, hashes[1 - known])) {
            asked++;
        }
        assertThat(asked).isLessThan(64);
    }
}
