package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

/** Tables taken from a running reference server, 2.15. */
class SubjectTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "a",
                "foo.bar",
                "a.b.c.d",
                "foo*",
                "*foo",
                "f*o",
                "foo>",
                ">foo",
                ">>",
                "**",
                "foo.>>",
                "foo.**",
                ">>.foo",
                "*>",
                ">*",
                "$SYS.REQ",
                "\0",
                "a.\0.b",
                "\u00FF\u00FE",
                "\u000B",
                "\u0085.\u00A0",
                "-",
                "'",
                "\""
            })
    void shouldTakeALiteralForPublishingAndSubscribing(String subject) {
        check(subject, true, true, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                ">",
                "foo.*",
                "*.foo",
                "foo.*.bar",
                "foo.>",
                "*.>",
                "*.*",
                "*.*.>",
                "a.*.b.>",
                "foo*.*",
                ">>.>"
            })
    void shouldTakeWildcardsForSubscribingOnly(String subject) {
        check(subject, true, false, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                ".foo",
                "foo.",
                "foo..bar",
                "foo.bar.",
                ".foo.bar",
                "*.",
                ".*",
                ".>",
                ">.",
                "*..*",
                "foo.>.",
                "foo..>"
            })
    void shouldRefuseAnEmptyToken(String subject) {
        check(subject, false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo.>.x", ">.a", ">.>", ">.*", "*.>.*", "foo.>.bar.>"})
    void shouldRefuseTokensBehindTheRest(String subject) {
        check(subject, false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "\r", "\n", "\f"})
    void shouldRefuseBlanksAnywhere(String blank) {
        check(blank, false, false);
        check(blank + "a", false, false);
        check("a" + blank, false, false);
        check("a" + blank + "b.c", false, false);
        check("a." + blank, false, false);
        check("a.b" + blank + ".>", false, false);
    }

    @ParameterizedTest
    @CsvSource({"foo,1", "foo.bar,2", "a.*.c.>,4", ".,2", "a..b,3", ">,1"})
    void shouldCountTokens(String subject, int tokens) {
        try (NativeBytes bytes = NativeBytes.of(subject)) {
            assertThat(Subject.tokens(bytes.region(), 0, bytes.length())).isEqualTo(tokens);
        }
    }

    @Test
    void shouldTakeThousandsOfTokens() {
        String subject = "a.".repeat(500_000) + "a";
        check(subject, true, true, false);
        check(subject + ".>", true, false, true);
        check(subject + ".", false, false);
        try (NativeBytes bytes = NativeBytes.of(subject)) {
            assertThat(Subject.tokens(bytes.region(), 0, bytes.length())).isEqualTo(500_001);
        }
    }

    private static void check(
            String subject, boolean valid, boolean validLiteral, boolean hasWildcard) {
        check(subject, valid, validLiteral);
        try (NativeBytes bytes = NativeBytes.of(subject)) {
            assertThat(Subject.hasWildcard(bytes.region(), 0, bytes.length()))
                    .isEqualTo(hasWildcard);
        }
        assertThat(Subject.hasWildcard(subject)).isEqualTo(hasWildcard);
    }

    private static void check(String subject, boolean valid, boolean validLiteral) {
        try (NativeBytes bytes = NativeBytes.of(subject)) {
            Region region = bytes.region();
            assertThat(Subject.isValid(region, 0, bytes.length())).isEqualTo(valid);
            assertThat(Subject.isValidLiteral(region, 0, bytes.length())).isEqualTo(validLiteral);
        }
        assertThat(Subject.isValid(subject)).isEqualTo(valid);
        assertThat(Subject.isValidLiteral(subject)).isEqualTo(validLiteral);
    }

    /** Wherever in it they stand, as eight are looked at at once. */
    @Test
    void shouldTakeNothingForAWordThatCouldEndOne() {
        try (NativeBlock memory = NativeBlock.allocate(64)) {
            Region bytes = memory.region();
            for (int length = 0; length < 30; length++) {
                byte[] word = new byte[length];
                Arrays.fill(word, (byte) 'x');
                bytes.put(3, word);
                assertThat(Subject.isWord(bytes, 3, length)).isEqualTo(length > 0);
                for (int at = 0; at < length; at++) {
                    for (int value = 0; value < 256; value++) {
                        bytes.putByte(3 + at, (byte) value);
                        assertThat(Subject.isWord(bytes, 3, length))
                                .isEqualTo(" \t\r\n\f".indexOf(value) < 0);
                    }
                    bytes.putByte(3 + at, (byte) 'x');
                }
            }
        }
    }
}
