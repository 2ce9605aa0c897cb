package io.millrace.protocol;

import static io.millrace.protocol.ProtocolError.MALFORMED;
import static io.millrace.protocol.ProtocolError.MAXIMUM_PAYLOAD;
import static io.millrace.protocol.ProtocolError.UNKNOWN_OPERATION;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** What a client may not send, and what it is told. */
class CommandParserRefusalTest {
    private static final ParserRules NO_HEADERS = new ParserRules(4096, 1024 * 1024, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "\r\n",
                "\n",
                " PING\r\n",
                "\t",
                "\0",
                "\u00FF\u00FE",
                "\u0016\u0003\u0001",
                "MSG a 1 1\r\n",
                "RS+ a\r\n",
                "LS+ a\r\n",
                "A+ a\r\n",
                "{}"
            })
    void shouldRefuseAnUnknownVerb(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PA", "PUX", "PUBX", "PIX", "PINX", "POX", "PONX", "HX", "HMSG", "HPUX", "HPUBX",
                "SX", "SUX", "SUBX", "UX", "UNSUX", "UNSUBX", "CX", "CONNECX", "IX", "INFX", "+X",
                "+OX", "-X", "-ERX", "-ERRX"
            })
    void shouldRefuseAVerbAtItsFirstWrongByteWithoutWaitingForTheLine(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUB\r\n", "PUB\n", "HPUB\r\n", "SUB\r\n", "UNSUB\r\n", "-ERR\r\n"})
    void shouldRefuseAVerbWithoutItsBlank(String wire) {
        refusedAsUnknown(wire);
    }

    /** Bytes that the case-folding of a verb could mistake for letters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0010UB a 1\r\n",
                "P\u0015B a 1\r\n",
                "PU\u0002 a 1\r\n",
                "\u00D0UB a 1\r\n",
                "P\u00D5B a 1\r\n",
                "PU\u00C2 a 1\r\n",
                "\u000BOK\r\n",
                "\rERR x\r\n",
                "\u0013UB",
                "+/K\r\n",
                "P\tNG\r\n"
            })
    void shouldNotMistakeOtherBytesForLetters(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB a 1\r\nx\r\n",
                "HPUB a 1 1\r\nx\r\n",
                "SUB a 1\r\n",
                "UNSUB 1\r\n",
                "PING\r\n",
                "PONG\r\n",
                "CONNECT {}\r\n",
                "INFO {}\r\n",
                "+OK\r\n",
                "-ERR x\r\n"
            })
    void shouldAgreeWithTheOracleOnEveryByteInEveryPlaceOfAVerb(String wire) {
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; bytes[at] > ' '; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] changed = bytes.clone();
                changed[at] = (byte) value;
                NaiveParser oracle = ParserRules.DEFAULT.oracle();
                oracle.feed(changed, 0, changed.length);
                try (ParserFeed feed = new ParserFeed(ParserRules.DEFAULT, 1, changed.length)) {
                    feed.feed(changed, 0, changed.length);
                    assertThat(feed.outcome())
                            .as("byte %d is %d", at, value)
                            .isEqualTo(oracle.outcome());
                }
            }
        }
    }

    @Test
    void shouldKeepWhatCameBeforeTheError() {
        ParseOutcome outcome = EveryCut.parse("PING\r\nSUB a 1\r\nBAD\r\nPING\r\n");
        assertThat(outcome.error()).isEqualTo(UNKNOWN_OPERATION);
        assertThat(outcome.commands())
                .containsExactly(ParsedCommand.ping(), ParsedCommand.sub("a", "", "1"));
        assertThat(outcome.consumed()).isEqualTo("PING\r\nSUB a 1\r\n".length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB foo 5\r\nhelloX", "PUB foo 5\r\nhello\n", "PUB foo 5\r\nhello\rX",
                "PUB foo 5\r\nhello\r\r\n", "PUB foo 5\r\nhello world\r\n", "PUB foo 0\r\nPING\r\n",
                "PUB foo 5\nhello\n", "HPUB foo 2 5\r\nhelloX\n"
            })
    void shouldRefuseAPayloadThatIsNotFollowedByCrlf(String wire) {
        String detail = EveryCut.errorDetail(wire, ParserRules.DEFAULT);
        assertThat(detail)
                .startsWith("Client parser ERROR: payload is not followed by CRLF, proto='");
        refused(wire, UNKNOWN_OPERATION, detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PUB \r\n", "PUB foo\r\n", "PUB foo a b 5\r\n", "PUB a b c d e f 5\r\n"})
    void shouldRefuseAPubWithAWrongNumberOfArguments(String wire) {
        refusedWithLine(wire, "processPub Parse Error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-5",
                "+5",
                "x",
                "5x",
                "0x5",
                "5.0",
                "5,",
                "/",
                ":",
                "\u00B2",
                "1000000000",
                "0000000005",
                "2147483648",
                "4294967301",
                "9223372036854775808",
                "3333333333333333333333333333333333333333"
            })
    void shouldRefuseASizeThatIsNoneOfAtMostNineDigits(String size) {
        refusedWithLine("PUB foo " + size + "\r\n", "processPub Bad or Missing Size");
        refusedWithLine("PUB foo r " + size + "\r\n", "processPub Bad or Missing Size");
        refusedWithLine(
                "HPUB foo 0 " + size + "\r\n", "processHeaderPub Bad or Missing Total Size");
        refusedWithLine(
                "HPUB foo r " + size + " 5\r\n", "processHeaderPub Bad or Missing Header Size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HPUB \r\n",
                "HPUB a\r\n",
                "HPUB a 5\r\n",
                "HPUB a b c 1 1\r\n",
                "HPUB a b c d e f\r\n"
            })
    void shouldRefuseAnHpubWithAWrongNumberOfArguments(String wire) {
        refusedWithLine(wire, "processHeaderPub Parse Error");
    }

    @Test
    void shouldRefuseHeadersThatAreLongerThanTheMessage() {
        refusedWithLine("HPUB foo 6 5\r\n", "processHeaderPub Header Size larger then TotalSize");
        refusedWithLine(
                "HPUB foo r 999999999 0\r\n", "processHeaderPub Header Size larger then TotalSize");
    }

    @Test
    void shouldRefuseHpubOfAClientWithoutHeaders() {
        refused("HPUB foo 0 5\r\n", NO_HEADERS, MALFORMED, "message headers not supported");
        refused("HPUB\t\r\n", NO_HEADERS, MALFORMED, "message headers not supported");
    }

    @Test
    void shouldAllowHpubBehindAConnectThatSaysSo() {
        String wire =
                "CONNECT {\"headers\":true}\r\n"
                        + "HPUB a 1 1\r\n"
                        + "x\r\n"
                        + "CONNECT {}\r\n"
                        + "HPUB a 1 1\r\n"
                        + "x\r\n";
        ParseOutcome outcome = EveryCut.parse(wire, NO_HEADERS);
        assertThat(outcome.error()).isEqualTo(MALFORMED);
        assertThat(outcome.commands())
                .containsExactly(
                        ParsedCommand.connect("{\"headers\":true}"),
                        ParsedCommand.hpub("a", "", "1 1\r\nx\r\n", 1, "x", true),
                        ParsedCommand.connect("{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SUB \r\n", "SUB foo\r\n", "SUB foo q 1 2\r\n", "SUB a b c d e f g\r\n"})
    void shouldRefuseASubWithAWrongNumberOfArguments(String wire) {
        refusedWithLine(wire, "processSub Parse Error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNSUB \r\n", "UNSUB \n", "UNSUB 1 2 3\r\n", "UNSUB a b c d e f g\r\n"})
    void shouldRefuseAnUnsubWithAWrongNumberOfArguments(String wire) {
        refusedWithLine(wire, "processUnsub Parse Error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ERR 'text'\r\n", "-err \n", "-ERR\t \r\n"})
    void shouldEndWithAClientThatSaysErr(String wire) {
        String text = wire.strip().substring(4).strip();
        refused(wire, MALFORMED, "Client Error " + text);
    }

    /** CVE-2019-13126: the sizes that once overflowed, with nothing allocated for them. */
    @ParameterizedTest
    @CsvSource({"999999999", "000000017", "17"})
    void shouldRefuseASizeAboveTheMaximumAtItsLine(String size) {
        ParserRules rules = new ParserRules(4096, 16, true);
        String detail = "maximum payload exceeded: " + Integer.parseInt(size) + " vs 16";
        refused("PUB foo " + size + "\r\n", rules, MAXIMUM_PAYLOAD, detail);
        refused("HPUB foo 0 " + size + "\r\n", rules, MAXIMUM_PAYLOAD, detail);
    }

    private static void refused(String wire, ProtocolError error, String detail) {
        refused(wire, ParserRules.DEFAULT, error, detail);
    }

    private static void refused(
            String wire, ParserRules rules, ProtocolError error, String detail) {
        ParseOutcome outcome = EveryCut.parse(wire, rules);
        assertThat(outcome.error()).isEqualTo(error);
        assertThat(outcome.commands()).isEmpty();
        assertThat(outcome.consumed()).isZero();
        assertThat(EveryCut.errorDetail(wire, rules)).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "NONSENSE~ NONSENSE\\x0d\\x0a",
                "\u00c3\u00a9t\u00fbde~ \\xc3\\xa9t\\xfbde\\x0d\\x0a",
                "`'; [INF] forged\n[INF] me` `'; [INF] forged\\x0a[INF] me`",
                "x\u0016\u0003\u0001\u0002\u0000x x\\x16\\x03\\x01\\x02\\x00x",
                "\\\u001b[31m~ \\\\\\x1b[31m\\x0d\\x0a",
                "`GET / HTTP/1.1~Host: example.org~` `GET / HTTP/1.1\\x0d\\x0aHost: example.or...`",
                "PIXG~ PIXG\\x0d\\x0a",
                "`CONNECX {\"pass\":\"hush\"}~` `CONNECX ...`",
                "{\"pass\":\"hush\"}~ ..."
            })
    void shouldShowWhatIsNoOperation(String wire, String shown) {
        String behindOthers = "PING\r\nSUB a 1\r\n" + wire.replace("~", "\r\n");
        assertThat(EveryCut.errorDetail(behindOthers, ParserRules.DEFAULT))
                .isEqualTo("Client parser ERROR: proto='" + shown + "'");
    }

    @Test
    void shouldShowWhatFollowsAPayloadInsteadOfCrlf() {
        assertThat(
                        EveryCut.errorDetail(
                                "PUB a 3\r\nabc" + "d".repeat(60) + "\r\n", ParserRules.DEFAULT))
                .isEqualTo(
                        "Client parser ERROR: payload is not followed by CRLF, proto='"
                                + "d".repeat(32)
                                + "...'");
    }

    @Test
    void shouldShowTheArgumentsThatMakeNoSense() {
        assertThat(EveryCut.errorDetail("PUB  a b c d\t e \r\n", ParserRules.DEFAULT))
                .isEqualTo("processPub Parse Error: \"a b c d\\x09 e \"");
        assertThat(EveryCut.errorDetail("SUB " + "x".repeat(300) + "\r\n", ParserRules.DEFAULT))
                .isEqualTo("processSub Parse Error: \"" + "x".repeat(256) + "...\"");
    }

    /** The line's arguments stand behind the words, as in the reference's log. */
    private static void refusedWithLine(String wire, String what) {
        String arguments = wire.strip().replaceFirst("^\\S+\\s*", "");
        refused(wire, MALFORMED, what + ": \"" + ShownBytes.text(arguments) + '"');
    }

    private static void refusedAsUnknown(String wire) {
        refused(wire, UNKNOWN_OPERATION, ShownBytes.unknown("Client", wire));
    }
}
