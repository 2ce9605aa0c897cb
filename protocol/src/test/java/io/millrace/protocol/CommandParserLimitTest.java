package io.millrace.protocol;

import static io.millrace.protocol.ProtocolError.MAXIMUM_CONTROL_LINE;
import static io.millrace.protocol.ProtocolError.MAXIMUM_PAYLOAD;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest line and the largest payload, at the boundary. */
class CommandParserLimitTest {
    private static final int MAX_LINE = 40;
    private static final ParserRules RULES = new ParserRules(MAX_LINE, 64, true);
    private static final String DETAIL = "control line is longer than 40 bytes";

    /** Verb, and the end of a line that is valid whatever stands in front of it. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "PUB,' 0'",
                "HPUB,' 0 0'",
                "SUB,' 1'",
                "UNSUB,' 1'",
                "CONNECT,''",
                "INFO,''",
                "PING,''",
                "PONG,''",
                "+OK,''"
            })
    void shouldTakeTheLongestLineAndRefuseALongerOne(String verb, String quotedEnd) {
        String end = quotedEnd.replace("'", "");
        String longest = "x".repeat(MAX_LINE - end.length()) + end;
        String payload = verb.endsWith("PUB") ? "\r\n" : "";
        for (String lineEnd : new String[] {"\r\n", "\n"}) {
            accepted(verb + " " + longest + lineEnd + payload);
            tooLong(verb + " x" + longest + lineEnd + payload);
        }
    }

    @Test
    void shouldRefuseATooLongErrLikeAnyOther() {
        String longest = "x".repeat(MAX_LINE);
        assertThat(EveryCut.parse("-ERR " + longest + "\r\n", RULES).error())
                .isEqualTo(ProtocolError.MALFORMED);
        tooLong("-ERR x" + longest + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB ",
                "HPUB ",
                "SUB ",
                "UNSUB ",
                "CONNECT ",
                "INFO ",
                "PING",
                "PONG",
                "+OK",
                "-ERR "
            })
    void shouldRefuseATooLongLineBeforeItsEndHasCome(String start) {
        tooLong(start + "x".repeat(MAX_LINE + 1));
    }

    @Test
    void shouldCountBlanksInsideAndBehindTheLineButNotInFront() {
        accepted("SUB    a" + " ".repeat(MAX_LINE - 2) + "1\r\n");
        tooLong("SUB    a" + " ".repeat(MAX_LINE - 1) + "1\r\n");
        accepted("SUB \ta 1" + " ".repeat(MAX_LINE - 3) + "\r\n");
        tooLong("SUB \ta 1" + " ".repeat(MAX_LINE - 2) + "\r\n");
    }

    /** They would be kept for ever: a peer that sends nothing else has to be stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"PUB ", "HPUB ", "SUB ", "UNSUB ", "CONNECT", "INFO", "PING", "+OK"})
    void shouldRefuseBlanksWithoutEnd(String start) {
        assertThat(EveryCut.parse(start + " ".repeat(MAX_LINE), RULES).error()).isNull();
        tooLong(start + "\t".repeat(MAX_LINE + 1));
        tooLong(start + " ".repeat(MAX_LINE + 1) + "a 1\r\n");
    }

    @Test
    void shouldCountOneCarriageReturnAsThePartOfTheLineEnd() {
        String longest = "x".repeat(MAX_LINE - 2) + " 1";
        accepted("SUB " + longest + "\r\n");
        tooLong("SUB " + longest + "\r\r\n");
    }

    @Test
    void shouldSayThatALineIsTooLongRatherThanWhatElseIsWrong() {
        tooLong("PUB " + "x".repeat(MAX_LINE + 1) + "\r\n");
        tooLong("SUB " + "x ".repeat(MAX_LINE) + "\r\n");
    }

    @Test
    void shouldNotCountPayloadsOrEarlierLines() {
        accepted("PUB a 64\r\n" + "x".repeat(64) + "\r\n" + "SUB b 1\r\n".repeat(10));
    }

    @Test
    void shouldHoldTheDefaultLimitToTheByte() {
        String subject = "a".repeat(4094);
        ParseOutcome longest = EveryCut.parse("SUB " + subject + " 1\r\n");
        assertThat(longest.commands()).containsExactly(ParsedCommand.sub(subject, "", "1"));
        assertThat(EveryCut.parse("SUB a" + subject + " 1\r\n").error())
                .isEqualTo(MAXIMUM_CONTROL_LINE);
    }

    @Test
    void shouldHoldTheDefaultLimitForConnectToTheByte() {
        String json = "{\"name\":\"" + "a".repeat(4096 - 11) + "\"}";
        ParseOutcome longest = EveryCut.parse("CONNECT " + json + "\r\n");
        assertThat(longest.commands()).containsExactly(ParsedCommand.connect(json));
        assertThat(EveryCut.parse("CONNECT " + json + " \r\n").error())
                .isEqualTo(MAXIMUM_CONTROL_LINE);
    }

    @Test
    void shouldTakeTheLargestPayloadAndRefuseALargerOneAtItsLine() {
        accepted("PUB a 64\r\n" + "x".repeat(64) + "\r\n");
        accepted("HPUB a 64 64\r\n" + "x".repeat(64) + "\r\n");
        assertThat(EveryCut.parse("PUB a 65\r\n", RULES).error()).isEqualTo(MAXIMUM_PAYLOAD);
        assertThat(EveryCut.parse("HPUB a 0 65\r\n", RULES).error()).isEqualTo(MAXIMUM_PAYLOAD);
    }

    @Test
    void shouldTakeOnlyEmptyPayloadsWhenTheMaximumIsZero() {
        ParserRules none = new ParserRules(MAX_LINE, 0, true);
        assertThat(EveryCut.parse("PUB a 0\r\n\r\n", none).commands())
                .containsExactly(ParsedCommand.pub("a", "", "0\r\n\r\n", "", true));
        assertThat(EveryCut.parse("PUB a 1\r\n", none).error()).isEqualTo(MAXIMUM_PAYLOAD);
    }

    @Test
    void shouldTakeASizeOfNineDigits() {
        assertThat(EveryCut.parse("PUB a 000000001\r\nx\r\n", RULES).commands())
                .containsExactly(ParsedCommand.pub("a", "", "000000001\r\nx\r\n", "x", true));
    }

    private static void accepted(String wire) {
        ParseOutcome outcome = EveryCut.parse(wire, RULES);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.consumed()).isEqualTo(wire.length());
    }

    private static void tooLong(String wire) {
        assertThat(EveryCut.parse(wire, RULES).error()).isEqualTo(MAXIMUM_CONTROL_LINE);
        assertThat(EveryCut.errorDetail(wire, RULES)).isEqualTo(DETAIL);
    }
}
