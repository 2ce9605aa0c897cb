package io.millrace.protocol;

import static io.millrace.protocol.ParsedCommand.connect;
import static io.millrace.protocol.ParsedCommand.err;
import static io.millrace.protocol.ParsedCommand.info;
import static io.millrace.protocol.ParsedCommand.lsMinus;
import static io.millrace.protocol.ParsedCommand.lsPlus;
import static io.millrace.protocol.ParsedCommand.ping;
import static io.millrace.protocol.ParsedCommand.pong;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is said on a leaf node connection, byte for byte, at every cut. */
class LeafParserTest {
    private static final String HEADERS = "NATS/1.0\r\n\r\n";

    private static ParsedCommand lmsg(
            String subject, String reply, String queues, String tail, String payload, boolean p) {
        return ParsedCommand.routed(Op.LMSG, "", subject, reply, queues, tail, 0, payload, p);
    }

    private static void expect(String wire, ParsedCommand... commands) {
        ParseOutcome outcome = EveryCut.parse(wire, LeafRules.DEFAULT);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.commands()).containsExactly(commands);
    }

    @Test
    void shouldParseInterest() {
        expect("LS+ foo.*\r\n", lsPlus("foo.*", "", 0));
        expect("LS+ foo workers 3\r\n", lsPlus("foo", "workers", 3));
        expect("ls+\tfoo  workers 999999999\n", lsPlus("foo", "workers", 999_999_999));
        expect("LS- foo.>\r\n", lsMinus("foo.>", ""));
        expect("LS- foo workers\r\n", lsMinus("foo", "workers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "2147483648"})
    void shouldTakeAWeightThatIsNoneForOne(String weight) {
        expect("LS+ foo q " + weight + "\r\n", lsPlus("foo", "q", 1));
    }

    @Test
    void shouldParseMessages() {
        expect("LMSG foo 5\r\nhello\r\n", lmsg("foo", "", "", "5\r\nhello\r\n", "hello", true));
        expect(
                "LMSG foo re.ply 3\r\nabc\r\n",
                lmsg("foo", "re.ply", "", "re.ply 3\r\nabc\r\n", "abc", true));
        expect("LMSG foo | q1 q2 0\r\n\r\n", lmsg("foo", "", "q1 q2", "0\r\n\r\n", "", false));
        expect(
                "LMSG foo + re.ply q1 2\r\nab\r\n",
                lmsg("foo", "re.ply", "q1", "re.ply q1 2\r\nab\r\n", "ab", false));
    }

    @Test
    void shouldParseMessagesWithHeaders() {
        String message = HEADERS + "ab";
        expect(
                "HMSG foo 12 14\r\n" + message + "\r\n",
                ParsedCommand.routed(
                        Op.HMSG,
                        "",
                        "foo",
                        "",
                        "",
                        "12 14\r\n" + message + "\r\n",
                        12,
                        message,
                        true));
    }

    @Test
    void shouldStopBehindWhatIsSaid() {
        expect(
                "INFO {\"a\":1}\r\nCONNECT {}\r\n-ERR 'Loop detected'\r\nPING\r\nPONG\r\n+OK\r\n",
                info("{\"a\":1}"),
                connect("{}"),
                err("'Loop detected'"),
                ping(),
                pong());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    LS+                | MALFORMED         | processLeafSub Parse Error: ''
                    LS+ a b            | MALFORMED         | processLeafSub Parse Error: 'a b'
                    LS+ a b 1 c        | MALFORMED         | processLeafSub Parse Error: 'a b 1 c'
                    LS- a b c          | MALFORMED         | processLeafUnsub Parse Error: 'a b c'
                    LMSG a             | MALFORMED         | processLeafMsgArgs Parse Error: '[a]'
                    LMSG a x           | MALFORMED         | processLeafMsgArgs Bad or Missing Size: '[a x]'
                    LMSG a b c 1       | MALFORMED         | processLeafMsgArgs Bad or Missing Reply Indicator: 'b'
                    HMSG a 1           | MALFORMED         | processLeafHeaderMsgArgs Parse Error: '[a 1]'
                    HMSG a 5 1         | MALFORMED         | processLeafHeaderMsgArgs Header Size larger then TotalSize: 'a 5 1'
                    """)
    void shouldRefuseBadArguments(String line, ProtocolError error, String detail) {
        String wire = line + (line.indexOf(' ') < 0 ? " \r\n" : "\r\n");
        assertThat(EveryCut.parse(wire, LeafRules.DEFAULT).error()).isEqualTo(error);
        assertThat(EveryCut.errorDetail(wire, LeafRules.DEFAULT)).isEqualTo(detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB a 1\r\n",
                "SUB a 1\r\n",
                "RS+ A a\r\n",
                "RMSG A a 1\r\n",
                "A+ A\r\n",
                "MSG a 1 1",
                "\u0016",
                "LX",
                "LMX",
                "LSX",
                "LS*",
                "LS+X",
                "-ERRX",
                "GET / HTTP/1.1\r\n"
            })
    void shouldRefuseWhatNoLeafNodeSays(String wire) {
        ParseOutcome outcome = EveryCut.parse(wire, LeafRules.DEFAULT);
        assertThat(outcome.error()).isEqualTo(ProtocolError.UNKNOWN_OPERATION);
        assertThat(EveryCut.errorDetail(wire, LeafRules.DEFAULT))
                .startsWith("Leafnode parser ERROR: ");
    }
}
