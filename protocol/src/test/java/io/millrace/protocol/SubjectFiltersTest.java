package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Many filters together match what one of them does. */
class SubjectFiltersTest {
    private static final List<String> TOKENS = List.of("a", "b", "bb", "\u00fc", "e*", ">x", "*");

    private final Random random = new Random(5);

    private String subject(boolean filter) {
        List<String> tokens = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            tokens.add(TOKENS.get(random.nextInt(filter ? TOKENS.size() : TOKENS.size() - 1)));
        }
        if (filter && random.nextInt(4) == 0) {
            tokens.add(">");
        }
        return String.join(".", tokens);
    }

    private boolean matches(String subject, SubjectFilters filters, List<String> naive) {
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        try (NativeBlock memory = NativeBlock.allocate(text.length)) {
            memory.region().put(0, text);
            SubjectTokens tokens = new SubjectTokens().of(memory.region(), 0, text.length);
            boolean found = filters.matches(tokens);
            assertThat(found)
                    .as(subject + " of " + naive)
                    .isEqualTo(naive.stream().anyMatch(it -> SubjectFilter.of(it).matches(tokens)));
            return found;
        }
    }

    @Test
    void shouldMatchWhatOneOfThemDoes() {
        int found = 0;
        for (int round = 0; round < 300; round++) {
            List<String> all = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                all.add(subject(true));
            }
            SubjectFilters filters = SubjectFilters.of(all);
            assertThat(filters.isEmpty()).isEqualTo(all.isEmpty());
            for (int i = 0; i < 20; i++) {
                found += matches(subject(false), filters, all) ? 1 : 0;
            }
        }
        assertThat(found).isBetween(500, 5_500);
    }
}
