package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class SubjectTokensTest {
    private final SubjectTokens tokens = new SubjectTokens();

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.b", ".", "..", ".a", "a.", "foo.bar.b..c", "*.>"})
    void shouldFindTokensWhereverTheSubjectIs(String subject) {
        String around = "x.y" + subject + "z.";
        try (NativeBytes bytes = NativeBytes.of(around)) {
            tokens.of(bytes.region(), 3, subject.length());
            List<String> found = new ArrayList<>();
            for (int i = 0; i < tokens.count(); i++) {
                found.add(text(bytes, tokens.start(i), tokens.length(i)));
            }
            assertThat(found).containsExactly(subject.split("\\.", -1));
            assertThat(tokens.end()).isEqualTo(3 + subject.length());
        }
    }

    @Test
    void shouldTakeAsManyTokensAsThereAre() {
        for (int count : List.of(31, 32, 33, 64, 65, 66, 5_000, 1)) {
            try (NativeBytes bytes = NativeBytes.of("a.".repeat(count - 1) + "bc")) {
                tokens.of(bytes.region(), 0, bytes.length());
                assertThat(tokens.count()).isEqualTo(count);
                assertThat(tokens.length(count - 1)).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"foo,true", "a.b*,true", "a.*,false", ">,false", "a..b,false", "a.,false"})
    void shouldTellWhetherItIsALiteral(String subject, boolean literal) {
        try (NativeBytes bytes = NativeBytes.of(subject)) {
            assertThat(tokens.of(bytes.region(), 0, bytes.length()).isLiteral()).isEqualTo(literal);
        }
    }

    @Test
    void shouldRefuseBytesThatAreNotThere() {
        try (NativeBytes bytes = NativeBytes.of("a.b")) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> tokens.of(bytes.region(), 1, 3));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> new SubjectWriter().into(bytes.region(), 1, 3));
        }
    }

    private static String text(NativeBytes bytes, int offset, int length) {
        return new String(bytes.region().bytes(offset, length), StandardCharsets.ISO_8859_1);
    }
}
