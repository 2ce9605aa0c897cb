package io.millrace.protocol;

import static io.millrace.protocol.ProtocolError.MALFORMED;
import static io.millrace.protocol.ProtocolError.MAXIMUM_CONTROL_LINE;
import static io.millrace.protocol.ProtocolError.MAXIMUM_PAYLOAD;
import static io.millrace.protocol.ProtocolError.ROUTE_ERROR;
import static io.millrace.protocol.ProtocolError.UNKNOWN_OPERATION;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What another server may not send on a route, and what the log says of it. */
class RouteParserRefusalTest {
    private static final int MAX_LINE = 40;
    private static final RouteRules NARROW = new RouteRules(MAX_LINE, 64, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "\r\n",
                " PING\r\n",
                "\0",
                "\u0016\u0003\u0001",
                "MSG a 1 1\r\n",
                "PUB a 1\r\n",
                "HPUB a 1 1\r\n",
                "SUB a 1\r\n",
                "UNSUB 1\r\n",
                "LS* o A a\r\n",
                "LX o A a\r\n",
                "{}"
            })
    void shouldRefuseAnUnknownVerb(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RX", "RMX", "RMSX", "RMSGX", "RSX", "RS*", "RS+X", "RS-X", "HP", "HMX", "HMSGX",
                "AX", "A+X", "A-X", "PX", "PU", "PINX", "PONX", "CX", "IX", "INFX", "+X", "-X",
                "-ERRX", "LX", "S", "U", "M"
            })
    void shouldRefuseAVerbAtItsFirstWrongByteWithoutWaitingForTheLine(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RMSG\r\n", "HMSG\n", "RS+\r\n", "RS-\r\n", "A+\r\n", "A-\n", "-ERR\r\n"})
    void shouldRefuseAVerbWithoutItsBlank(String wire) {
        refusedAsUnknown(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RMSG A a 1\r\nx\r\n",
                "HMSG A a 1 1\r\nx\r\n",
                "RS+ A a\r\n",
                "RS- A a\r\n",
                "A+ a\r\n",
                "A- a\r\n",
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
                NaiveParser oracle = RouteRules.DEFAULT.oracle();
                oracle.feed(changed, 0, changed.length);
                try (ParserFeed feed = new ParserFeed(RouteRules.DEFAULT, 1, changed.length)) {
                    feed.feed(changed, 0, changed.length);
                    assertThat(feed.outcome())
                            .as("byte %d is %d", at, value)
                            .isEqualTo(oracle.outcome());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'RS+ ACC1', 'R ACC1'",
        "'RS+ ', 'R '",
        "'RS+ ACC1 foo q 1 2', 'R ACC1 foo q 1 2'",
        "'rs+  ACC1\tfoo  q 1 2 ', 'R ACC1\\x09foo  q 1 2 '"
    })
    void shouldRefuseInterestWithAWrongNumberOfArguments(String line, String shown) {
        refused(line + "\r\n", MALFORMED, "processRemoteSub Parse Error: '" + shown + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "'RS- ACC1', 'ACC1'",
        "'RS- ', ''",
        "'RS- ACC1 foo q 1', 'ACC1 foo q 1'",
    })
    void shouldRefuseLostInterestWithAWrongNumberOfArguments(String line, String shown) {
        refused(line + "\n", MALFORMED, "processRemoteUnsub parse error: '" + shown + "'");
    }

    @Test
    void shouldCountOneArgumentLessOnARouteOfOneAccount() {
        refusedOfOneAccount("RS+ \r\n", "processRemoteSub Parse Error: 'R '");
        refusedOfOneAccount("RS+ a q 1 2\r\n", "processRemoteSub Parse Error: 'R a q 1 2'");
        refusedOfOneAccount("RS- a q 1\r\n", "processRemoteUnsub parse error: 'a q 1'");
        refusedOfOneAccount("RMSG foo\r\n", "processRoutedMsgArgs Parse Error: '[foo]'");
        refusedOfOneAccount("HMSG foo 1\r\n", "processRoutedHeaderMsgArgs Parse Error: '[foo 1]'");
        refusedOfOneAccount(
                "RMSG A foo re 1\r\n",
                "processRoutedMsgArgs Bad or Missing Reply Indicator: 'foo'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "\"RMSG \"; Parse Error: '[]'",
                "RMSG ACC1; Parse Error: '[ACC1]'",
                "RMSG ACC1 foo; Parse Error: '[ACC1 foo]'",
                "RMSG A s x q 1; Bad or Missing Reply Indicator: 'x'",
                "RMSG A s +r q 1; Bad or Missing Reply Indicator: '+r'",
                "RMSG ACC1 foo abc; Bad or Missing Size: '[ACC1 foo abc]'",
                "RMSG A s -1; Bad or Missing Size: '[A s -1]'",
                "RMSG A s r 1000000000; Bad or Missing Size: '[A s r 1000000000]'",
                "RMSG A s | q x; Bad or Missing Size: '[A s | q x]'",
                "RMSG A s + r x; Bad or Missing Size: '[A s + r x]'"
            })
    void shouldRefuseAMessageWithBadArguments(String line, String detail) {
        refused(line + "\r\n", MALFORMED, "processRoutedMsgArgs " + detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "HMSG ACC1 foo 1; Parse Error: '[ACC1 foo 1]'",
                "HMSG A s - q 1 2; Bad or Missing Reply Indicator: '-'",
                "HMSG A s x 1; Bad or Missing Header Size: 'A s x 1'",
                "HMSG A s r 1 x; Bad or Missing Size: '[A s r 1 x]'",
                "HMSG A s + r q x 1; Bad or Missing Header Size: 'A s + r q x 1'",
                "HMSG A s | q 1 x; Bad or Missing Size: '[A s | q 1 x]'",
                "HMSG ACC1 foo 30 3; Header Size larger then TotalSize: 'ACC1 foo 30 3'",
                "HMSG A s | q 30 3; Header Size larger then TotalSize: 'A s | q 30 3'"
            })
    void shouldRefuseAMessageWithHeadersAndBadArguments(String line, String detail) {
        refused(line + "\r\n", MALFORMED, "processRoutedHeaderMsgArgs " + detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RMSG A s 5\r\nhelloX", "HMSG A s | q 2 5\r\nhello\n", "RMSG A s 0\r\nPI"})
    void shouldRefuseAPayloadThatIsNotFollowedByCrlf(String wire) {
        String detail = EveryCut.errorDetail(wire, RouteRules.DEFAULT);
        assertThat(detail)
                .startsWith("Router parser ERROR: payload is not followed by CRLF, proto='");
        refused(wire, UNKNOWN_OPERATION, detail);
    }

    @Test
    void shouldRefuseAPayloadAboveTheMaximumAtItsLine() {
        String detail = "maximum payload exceeded: 65 vs 64";
        refused("RMSG A s 65\r\n", NARROW, MAXIMUM_PAYLOAD, detail);
        refused("RMSG A s + r q 65\r\n", NARROW, MAXIMUM_PAYLOAD, detail);
        refused("HMSG A s 0 65\r\n", NARROW, MAXIMUM_PAYLOAD, detail);
        assertThat(EveryCut.parse("RMSG A s 64\r\n" + "x".repeat(64) + "\r\n", NARROW).error())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RMSG ", "HMSG ", "RS+ ", "RS- ", "A+ ", "INFO ", "CONNECT ", "-ERR "})
    void shouldRefuseATooLongLineBeforeItsEndHasCome(String start) {
        tooLong(start + "x ".repeat(MAX_LINE / 2) + "x");
        tooLong(start + " ".repeat(MAX_LINE + 1));
        tooLong(start + " ".repeat(MAX_LINE - 1) + "x".repeat(MAX_LINE + 1));
        unfinished(start + " ".repeat(MAX_LINE - 1) + "x".repeat(MAX_LINE));
    }

    @Test
    void shouldTakeTheLongestListOfQueueGroups() {
        String queues = "q ".repeat((MAX_LINE - "A s | 0".length()) / 2);
        assertThat(EveryCut.parse("RMSG A s | " + queues + "0\r\n\r\n", NARROW).commands())
                .hasSize(1);
        tooLong("RMSG A s | " + queues + "q 0\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "-ERR 'Authorization Violation';Route Error 'Authorization Violation'",
                "-err \tStale  Connection;Route Error Stale  Connection",
                "\"-ERR \";\"Route Error \""
            })
    void shouldEndWithAServerThatSaysErr(String line, String detail) {
        refused(line + "\r\n", ROUTE_ERROR, detail);
        assertThat(ROUTE_ERROR.line()).isEmpty();
        assertThat(ROUTE_ERROR.closes()).isTrue();
    }

    @Test
    void shouldShowWhatCameSoThatItCannotHurtALog() {
        refused(
                "-ERR '\u001B[2J\r\u0000\\\u00E9\u007F'\r\n",
                ROUTE_ERROR,
                "Route Error '\\x1b[2J\\x0d\\x00\\\\\\xe9\\x7f'");
        refused(
                "RMSG " + "x".repeat(300) + "\r\n",
                MALFORMED,
                "processRoutedMsgArgs Parse Error: '[" + "x".repeat(256) + "...]'");
        refused(
                "RMSG A s " + "y".repeat(256) + " q 1\r\n",
                MALFORMED,
                "processRoutedMsgArgs Bad or Missing Reply Indicator: '" + "y".repeat(256) + "'");
    }

    @Test
    void shouldKeepWhatCameBeforeTheError() {
        ParseOutcome outcome = EveryCut.parse("PING\r\nRS+ A s\r\nBAD\r\n", RouteRules.DEFAULT);
        assertThat(outcome.error()).isEqualTo(UNKNOWN_OPERATION);
        assertThat(outcome.commands())
                .containsExactly(ParsedCommand.ping(), ParsedCommand.rsPlus("A", "s", "", 0));
    }

    private static void tooLong(String wire) {
        assertThat(EveryCut.parse(wire, NARROW).error()).isEqualTo(MAXIMUM_CONTROL_LINE);
    }

    private static void unfinished(String wire) {
        assertThat(EveryCut.parse(wire, NARROW)).isEqualTo(new ParseOutcome(List.of(), null, 0, 0));
    }

    private static void refused(String wire, ProtocolError error, String detail) {
        refused(wire, RouteRules.DEFAULT, error, detail);
    }

    private static void refusedOfOneAccount(String wire, String detail) {
        refused(wire, RouteRules.ONE_ACCOUNT, MALFORMED, detail);
    }

    private static void refused(String wire, RouteRules rules, ProtocolError error, String detail) {
        ParseOutcome outcome = EveryCut.parse(wire, rules);
        assertThat(outcome.error()).isEqualTo(error);
        assertThat(outcome.commands()).isEmpty();
        assertThat(outcome.consumed()).isZero();
        assertThat(EveryCut.errorDetail(wire, rules)).isEqualTo(detail);
    }

    @Test
    void shouldShowWhatIsNoOperation() {
        refused(
                "LX+ o A a\r\n",
                UNKNOWN_OPERATION,
                "Router parser ERROR: proto='LX+ o A a\\x0d\\x0a'");
        refused(
                "INFX{\"pass\":\"hush\"}",
                UNKNOWN_OPERATION,
                "Router parser ERROR: proto='INFX...'");
    }

    private static void refusedAsUnknown(String wire) {
        refused(wire, UNKNOWN_OPERATION, ShownBytes.unknown("Router", wire));
    }
}
