package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Against the obvious way: split at the dots, look at the tokens. */
class SubjectPropertyTest {
    private static final int SUBJECTS = 40_000;
    private static final String CHARACTERS = "aaabb....***>> \t\r\n\f\u000B\0\u00FF";

    @Test
    void shouldAgreeWithSplittingTheSubjectAtItsDots() {
        Seed seed = Seed.next();
        RandomGenerator random = seed.random();
        for (int i = 0; i < SUBJECTS; i++) {
            String subject = subject(random);
            List<String> tokens = Arrays.asList(subject.split("\\.", -1));
            boolean valid = isValid(tokens);
            boolean wildcard = tokens.contains("*") || tokens.contains(">");
            try (NativeBytes bytes = new NativeBytes(latin1(subject), i % 8)) {
                Region region = bytes.region();
                int length = bytes.length();
                assertThat(
                                List.of(
                                        Subject.isValid(region, 0, length),
                                        Subject.isValidLiteral(region, 0, length),
                                        Subject.hasWildcard(region, 0, length),
                                        Subject.tokens(region, 0, length)))
                        .as("'%s', %s", subject, seed)
                        .isEqualTo(List.of(valid, valid && !wildcard, wildcard, tokens.size()));
            }
        }
    }

    private static boolean isValid(List<String> tokens) {
        int rest = tokens.indexOf(">");
        return tokens.stream()
                        .noneMatch(token -> token.isEmpty() || token.matches("(?s).*[ \t\r\n\f].*"))
                && (rest < 0 || rest == tokens.size() - 1);
    }

    /** Short ones mostly of dots and wildcards, and every fourth without blanks. */
    private static String subject(RandomGenerator random) {
        int choice = random.nextInt(4) == 0 ? CHARACTERS.length() : CHARACTERS.indexOf(' ');
        StringBuilder subject = new StringBuilder();
        for (int left = random.nextInt(12); left > 0; left--) {
            subject.append(CHARACTERS.charAt(random.nextInt(choice)));
        }
        return subject.toString();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
