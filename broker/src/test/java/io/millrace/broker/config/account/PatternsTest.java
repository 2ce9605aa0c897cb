package io.millrace.broker.config.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class PatternsTest {
    private static final int ROUNDS = 20_000;

    /** The naive oracle: every subject of up to four tokens of these. */
    private static final List<String> LITERALS = literals();

    private static List<String> literals() {
        List<String> all = new ArrayList<>();
        List<String> longest = List.of("");
        for (int i = 0; i < 4; i++) {
            List<String> next = new ArrayList<>();
            for (String each : longest) {
                for (String token : List.of("a", "b", "z")) {
                    next.add(each.isEmpty() ? token : each + "." + token);
                }
            }
            all.addAll(next);
            longest = next;
        }
        return all;
    }

    private static boolean matches(String pattern, String literal) {
        String regex = pattern.replace(".", "\\.").replace("*", "[^.]+").replaceFirst(">$", ".+");
        return literal.matches(regex);
    }

    private static String subject(Random random) {
        StringBuilder subject = new StringBuilder();
        int tokens = 1 + random.nextInt(3);
        for (int i = 1; i <= tokens; i++) {
            String[] choices =
                    i == tokens ? new String[] {"a", "b", "*", ">"} : new String[] {"a", "b", "*"};
            subject.append(i == 1 ? "" : ".").append(choices[random.nextInt(choices.length)]);
        }
        return subject.toString();
    }

    @Test
    void shouldFindWhatTheNaiveWayFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Patterns<String> patterns = new Patterns<>();
            List<String> all = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                all.add(subject(random));
                patterns.add(all.getLast(), all.getLast());
            }
            String asked = subject(random);
            List<String> of = LITERALS.stream().filter(each -> matches(asked, each)).toList();
            assertThat(patterns.colliding(asked))
                    .as("seed %d: %s of %s", seed, asked, all)
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream()
                                    .filter(each -> of.stream().anyMatch(l -> matches(each, l)))
                                    .toList());
            assertThat(patterns.wider(asked))
                    .as("seed %d: %s of %s", seed, asked, all)
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream()
                                    .filter(each -> of.stream().allMatch(l -> matches(each, l)))
                                    .toList());
        }
    }
}
