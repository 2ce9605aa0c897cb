package io.millrace.broker.jetstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class OverlapsTest {
    private static final String[] TOKENS = {"a", "b", "a-", "ab", "*", "*", ">", "", "a*", "!"};

    private static String subject(Random random) {
        StringBuilder subject = new StringBuilder(TOKENS[random.nextInt(TOKENS.length)]);
        for (int left = random.nextInt(4); left > 0; left--) {
            subject.append('.').append(TOKENS[random.nextInt(TOKENS.length)]);
        }
        return subject.toString();
    }

    @Test
    void shouldFindWhatComparingAllWithAllDoes() throws Exception {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 20_000; run++) {
            List<String> all = new ArrayList<>();
            for (int left = 1 + random.nextInt(6); left > 0; left--) {
                all.add(subject(random));
            }
            Overlaps set = new Overlaps(all);
            String other = subject(random);
            assertThat(set.collides(other))
                    .as("seed %d: %s among %s", seed, other, all)
                    .isEqualTo(all.stream().anyMatch(each -> Subjects.collide(each, other)));
            for (int i = 0; i < all.size(); i++) {
                String one = all.get(i);
                List<String> others = new ArrayList<>(all);
                others.remove(i);
                assertThat(set.collidesWithAnother(one))
                        .as("seed %d: %s among %s", seed, one, all)
                        .isEqualTo(others.stream().anyMatch(each -> Subjects.collide(each, one)));
                assertThat(set.isWithinAnother(one))
                        .as("seed %d: %s among %s", seed, one, all)
                        .isEqualTo(others.stream().anyMatch(each -> Subjects.isWithin(one, each)));
            }
        }
    }

    @Test
    void shouldLookAtFewOfMany() throws Exception {
        List<String> all =
                IntStream.range(0, 200_000).mapToObj(each -> "orders." + each + ".*").toList();
        Overlaps set = new Overlaps(all);
        for (String each : all) {
            assertThat(set.collidesWithAnother(each)).isFalse();
        }
        assertThat(set.collides("orders.*.new")).isTrue();
    }

    @Test
    void shouldTakeAnyNumberOfTokens() throws Exception {
        String deep = "a" + ".a".repeat(300_000);
        Overlaps set = new Overlaps(List.of(deep, deep + ".b", deep + ".c", "*.b"));
        assertThat(set.collidesWithAnother(deep)).isFalse();
        assertThat(set.collides(deep + ".*")).isTrue();
        assertThat(set.isWithinAnother(deep + ".b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".z", "", ".z.z"})
    void shouldGiveUpWhatTakesTooLong(String end) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add("*.x" + i);
            all.add("y" + i + end);
        }
        Overlaps set = new Overlaps(all);
        assertThatThrownBy(
                        () -> {
                            for (String each : all) {
                                set.collidesWithAnother(each);
                            }
                        })
                .isInstanceOf(Overlaps.TooLongException.class)
                .hasMessage("too many subjects with wildcards to be compared");
    }
}
