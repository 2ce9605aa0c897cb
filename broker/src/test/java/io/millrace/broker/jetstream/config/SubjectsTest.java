package io.millrace.broker.jetstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.Subject;

import org.junit.jupiter.api.Test;

import java.util.Random;

class SubjectsTest {
    private static final String[] TOKENS = {"a", "b", "*", "a*", ">"};
    private static final int ROUNDS = 20_000;

    @Test
    void shouldFindWhatTwoSubjectsHaveInCommon() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String one = subject(random);
            String other = subject(random);
            String both = Subject.overlap(one, other);
            assertThat(Subjects.collide(one, other))
                    .as("%s and %s (seed %d)", one, other, seed)
                    .isEqualTo(both != null);
            if (!Subject.hasWildcard(one)) {
                assertThat(Subjects.isWithin(one, other))
                        .as("%s within %s (seed %d)", one, other, seed)
                        .isEqualTo(both != null);
            }
            if (Subjects.isWithin(one, other)) {
                assertThat(Subjects.collide(one, other)).isTrue();
            }
        }
    }

    private static String subject(Random random) {
        StringBuilder subject = new StringBuilder();
        int tokens = 1 + random.nextInt(3);
        for (int i = 0; i < tokens; i++) {
            boolean last = i == tokens - 1;
            String token = TOKENS[random.nextInt(TOKENS.length - (last ? 0 : 1))];
            subject.append(i == 0 ? "" : ".").append(token);
        }
        return subject.toString();
    }

    @Test
    void shouldTellWhatIsWithinAWiderSubject() {
        assertThat(Subjects.isWithin("a.*", "a.>")).isTrue();
        assertThat(Subjects.isWithin("a.>", "a.>")).isTrue();
        assertThat(Subjects.isWithin("a.>", "a.*")).isFalse();
        assertThat(Subjects.isWithin("a", "a.>")).isFalse();
        assertThat(Subjects.isWithin("*.b", "a.b")).isFalse();
    }
}
