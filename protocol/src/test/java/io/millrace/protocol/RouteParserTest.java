package io.millrace.protocol;

import static io.millrace.protocol.ParsedCommand.connect;
import static io.millrace.protocol.ParsedCommand.info;
import static io.millrace.protocol.ParsedCommand.ping;
import static io.millrace.protocol.ParsedCommand.pong;
import static io.millrace.protocol.ParsedCommand.rsMinus;
import static io.millrace.protocol.ParsedCommand.rsPlus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a server says on a route, byte for byte, at every cut. */
class RouteParserTest {
    private static final String HEADERS = "NATS/1.0\r\n\r\n";

    @Test
    void shouldParseInterest() {
        expect("RS+ $G foo.*\r\n", rsPlus("$G", "foo.*", "", 0));
        expect("RS+ $G foo workers 3\r\n", rsPlus("$G", "foo", "workers", 3));
        expect("RS+ $G foo workers 999999999\r\n", rsPlus("$G", "foo", "workers", 999_999_999));
        expect("RS- $G foo.>\r\n", rsMinus("$G", "foo.>", ""));
        expect("RS- $G foo workers\r\n", rsMinus("$G", "foo", "workers"));
    }

    @Test
    void shouldParseInterestOfTheOnlyAccount() {
        expectOfOneAccount("RS+ foo.*\r\n", rsPlus("", "foo.*", "", 0));
        expectOfOneAccount("RS+ foo workers 3\r\n", rsPlus("", "foo", "workers", 3));
        expectOfOneAccount("RS- foo.>\r\n", rsMinus("", "foo.>", ""));
        expectOfOneAccount("RS- foo workers\r\n", rsMinus("", "foo", "workers"));
    }

    /** The reference sends the first of these when permissions change. */
    @ParameterizedTest
    @ValueSource(strings = {"q ", "q", "q 0", "q -1", "q x", "q 1", "q 2147483648", "q +7"})
    void shouldTakeAWeightThatIsNoneForOne(String queueAndWeight) {
        expect("RS+ $G foo " + queueAndWeight + "\r\n", rsPlus("$G", "foo", "q", 1));
        expectOfOneAccount("RS+ foo " + queueAndWeight + "\r\n", rsPlus("", "foo", "q", 1));
    }

    @Test
    void shouldParseAMessage() {
        expect(
                "RMSG ACC1 foo 5\r\nhello\r\n",
                rmsg("foo", "", "", "5\r\nhello\r\n", "hello", true));
        expect("RMSG ACC1 foo 0\r\n\r\n", rmsg("foo", "", "", "0\r\n\r\n", "", true));
    }

    @Test
    void shouldParseAMessageWithReply() {
        expect(
                "RMSG ACC1 foo re.ply 3\r\nabc\r\n",
                rmsg("foo", "re.ply", "", "re.ply 3\r\nabc\r\n", "abc", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "|", "x"})
    void shouldTakeAnyReplyWhereNothingFollowsItButTheSize(String reply) {
        String tail = reply + " 3\r\nabc\r\n";
        expect("RMSG ACC1 foo " + tail, rmsg("foo", reply, "", tail, "abc", true));
        String headerTail = reply + " 0 3\r\nabc\r\n";
        expect("HMSG ACC1 foo " + headerTail, hmsg("foo", reply, "", headerTail, 0, "abc", false));
    }

    @Test
    void shouldParseAMessageForQueueGroups() {
        expect(
                "RMSG ACC1 q.1 | grp 3\r\nabc\r\n",
                rmsg("q.1", "", "grp", "3\r\nabc\r\n", "abc", false));
        expect(
                "RMSG ACC1 q.1 | grp grp2 3\r\nabc\r\n",
                rmsg("q.1", "", "grp grp2", "3\r\nabc\r\n", "abc", false));
        expect(
                "RMSG ACC1 q.1 + re.ply grp 3\r\nabc\r\n",
                rmsg("q.1", "re.ply", "grp", "re.ply grp 3\r\nabc\r\n", "abc", false));
        expect(
                "RMSG ACC1 q.1 + re.ply grp grp2 3\r\nabc\r\n",
                rmsg("q.1", "re.ply", "grp grp2", "re.ply grp grp2 3\r\nabc\r\n", "abc", false));
    }

    @Test
    void shouldParseAReplyWithAnEmptyListOfQueueGroups() {
        expect(
                "RMSG ACC1 foo + rep 3\r\nabc\r\n",
                rmsg("foo", "rep", "", "rep 3\r\nabc\r\n", "abc", true));
        expect(
                "HMSG ACC1 foo + rep 12 13\r\n" + HEADERS + "x\r\n",
                hmsg(
                        "foo",
                        "rep",
                        "",
                        "rep 12 13\r\n" + HEADERS + "x\r\n",
                        12,
                        HEADERS + "x",
                        true));
    }

    @Test
    void shouldParseAMessageWithHeaders() {
        String end = "12 15\r\n" + HEADERS + "abc\r\n";
        String payload = HEADERS + "abc";
        expect("HMSG ACC1 p.1 " + end, hmsg("p.1", "", "", end, 12, payload, true));
        expect("HMSG ACC1 p.1 re " + end, hmsg("p.1", "re", "", "re " + end, 12, payload, true));
        expect("HMSG ACC1 p.1 | a " + end, hmsg("p.1", "", "a", end, 12, payload, false));
        expect("HMSG ACC1 p.1 | a b c " + end, hmsg("p.1", "", "a b c", end, 12, payload, false));
        expect(
                "HMSG ACC1 p.1 + re a " + end,
                hmsg("p.1", "re", "a", "re a " + end, 12, payload, false));
        expect(
                "HMSG ACC1 p.1 + re a b c " + end,
                hmsg("p.1", "re", "a b c", "re a b c " + end, 12, payload, false));
    }

    @Test
    void shouldParseMessagesOfTheOnlyAccount() {
        expectOfOneAccount(
                "RMSG foo 1\r\na\r\n"
                        + "RMSG foo re 1\r\nb\r\n"
                        + "RMSG foo | q1 q2 1\r\nc\r\n"
                        + "RMSG foo + re q1 1\r\nd\r\n"
                        + "HMSG foo 1 1\r\ne\r\n"
                        + "HMSG foo re 1 1\r\nf\r\n"
                        + "HMSG foo | q1 1 1\r\ng\r\n"
                        + "HMSG foo + re q1 q2 1 1\r\nh\r\n"
                        + "HMSG foo + re 1 1\r\ni\r\n",
                ofOneAccount(Op.RMSG, "", "", "1\r\na\r\n", 0, "a", true),
                ofOneAccount(Op.RMSG, "re", "", "re 1\r\nb\r\n", 0, "b", true),
                ofOneAccount(Op.RMSG, "", "q1 q2", "1\r\nc\r\n", 0, "c", false),
                ofOneAccount(Op.RMSG, "re", "q1", "re q1 1\r\nd\r\n", 0, "d", false),
                ofOneAccount(Op.HMSG, "", "", "1 1\r\ne\r\n", 1, "e", true),
                ofOneAccount(Op.HMSG, "re", "", "re 1 1\r\nf\r\n", 1, "f", true),
                ofOneAccount(Op.HMSG, "", "q1", "1 1\r\ng\r\n", 1, "g", false),
                ofOneAccount(Op.HMSG, "re", "q1 q2", "re q1 q2 1 1\r\nh\r\n", 1, "h", false),
                ofOneAccount(Op.HMSG, "re", "", "re 1 1\r\ni\r\n", 1, "i", true));
    }

    @Test
    void shouldParseAThousandQueueGroups() {
        String queues = "queue ".repeat(1000).strip();
        expect(
                "RMSG ACC1 foo | " + queues + " 1\r\nx\r\n",
                rmsg("foo", "", queues, "1\r\nx\r\n", "x", false));
        expect(
                "HMSG ACC1 foo + re " + queues + " 0 1\r\nx\r\n",
                hmsg("foo", "re", queues, "re " + queues + " 0 1\r\nx\r\n", 0, "x", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a  b", "a\tb", "a \t b", "a \r b", "a\rb", " a   b\t"})
    void shouldPartQueueGroupsByOneBlankWhateverStandsThere(String queues) {
        ParseOutcome outcome =
                EveryCut.parse("RMSG A s | " + queues + " 1\r\nx\r\n", RouteRules.DEFAULT);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.commands())
                .containsExactly(
                        ParsedCommand.routed(
                                Op.RMSG, "A", "s", "", "a b", "1\r\nx\r\n", 0, "x", false));
    }

    @Test
    void shouldKeepEveryByteOfAPayload() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        String tail = "256\r\n" + all + "\r\n";
        expect("RMSG ACC1 foo " + tail, rmsg("foo", "", "", tail, all.toString(), true));
    }

    @Test
    void shouldStopBehindAnInfoAndTakeTheNewGrammarFromThere() {
        String one = "{\"route_account\":\"A\"}";
        expect(
                "CONNECT {}\r\nRS+ A foo\r\nINFO "
                        + one
                        + " \r\nRS+ foo q\r\nRMSG foo 1\r\nx\r\nINFO {}\r\nRS- A foo\r\n",
                connect("{}"),
                rsPlus("A", "foo", "", 0),
                info(one + " "),
                rsPlus("", "foo", "q", 1),
                ofOneAccount(Op.RMSG, "", "", "1\r\nx\r\n", 0, "x", true),
                info("{}"),
                rsMinus("A", "foo", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO{}", "INFO\t{}", "info   {}", "iNfO \t {}"})
    void shouldParseInfoWithAnyBlanksInFront(String line) {
        expect(line + "\r\n" + line + "\n", info("{}"), info("{}"));
    }

    @Test
    void shouldParsePingAndPong() {
        expect("PING\r\nPONG \r\nping text\nPoNg\r\n", ping(), pong(), ping(), pong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK", "+ok text", "A+ ACC1", "A- ACC1", "a+ ", "a- x y z"})
    void shouldIgnoreWhatSaysNothingOnARoute(String line) {
        expect(line + "\r\n" + line + "\nPING\r\n", ping());
    }

    @Test
    void shouldTakeEveryVerbInAnyCase() {
        expect(
                "rMsG ACC1 a 1\r\nx\r\nhMsG ACC1 a 1 1\r\nx\r\nrs+ A b\r\nrS- A b\r\nRMSg ACC1 a"
                        + " 1\r\nx\r\n",
                rmsg("a", "", "", "1\r\nx\r\n", "x", true),
                hmsg("a", "", "", "1 1\r\nx\r\n", 1, "x", true),
                rsPlus("A", "b", "", 0),
                rsMinus("A", "b", ""),
                rmsg("a", "", "", "1\r\nx\r\n", "x", true));
    }

    @Test
    void shouldTakeOtherBlanksAndLineEnds() {
        expect(
                "RMSG\tACC1 \t foo\t\tre  2 \t\nhi\r\n",
                rmsg("foo", "re", "", "re  2 \t\nhi\r\n", "hi", false));
        expect("RMSG  ACC1  foo 2\r\nhi\r\n", rmsg("foo", "", "", "2\r\nhi\r\n", "hi", true));
        expect("RMSG ACC1 foo 2\nhi\r\n", rmsg("foo", "", "", "2\nhi\r\n", "hi", false));
        expect(
                "RMSG ACC1 foo +\tre 2\r\nhi\r\n",
                rmsg("foo", "re", "", "re 2\r\nhi\r\n", "hi", true));
        expect(
                "HMSG ACC1 foo 1\t2\r\nhi\r\n",
                hmsg("foo", "", "", "1\t2\r\nhi\r\n", 1, "hi", false));
        expect("RS+ \t A \t foo \tq\t2 \r\n", rsPlus("A", "foo", "q", 2));
    }

    /** It is delivered as MSG, which has no place for the 0. */
    @Test
    void shouldNotBePlainWithoutAHeaderInAnHmsg() {
        expect("HMSG ACC1 a 0 2\r\nhi\r\n", hmsg("a", "", "", "0 2\r\nhi\r\n", 0, "hi", false));
    }

    @Test
    void shouldParseManyCommandsInARow() {
        expect(
                "RMSG ACC1 a 1\r\nx\r\nRS+ A b\r\nRMSG ACC1 c r 0\r\n\r\nPING\r\nHMSG ACC1 d | q 1"
                        + " 2\r\n\r\n\r\nRS- A b\r\n",
                rmsg("a", "", "", "1\r\nx\r\n", "x", true),
                rsPlus("A", "b", "", 0),
                rmsg("c", "r", "", "r 0\r\n\r\n", "", true),
                ping(),
                hmsg("d", "", "q", "1 2\r\n\r\n\r\n", 1, "\r\n", false),
                rsMinus("A", "b", ""));
    }

    /** What a nats-server 2.15 says to one that dialed it, and that one back. */
    @Test
    void shouldParseAHandshakeOfTheReference() {
        expect(
                "INFO "
                        + RouteTranscripts.ACCEPTED_INFO
                        + " \r\nPING\r\nRS+ ACC1 foo\r\nRS+ ACC1 bar q 2\r\n",
                info(RouteTranscripts.ACCEPTED_INFO + " "),
                ping(),
                rsPlus("ACC1", "foo", "", 0),
                rsPlus("ACC1", "bar", "q", 2));
        expect(
                "CONNECT "
                        + RouteTranscripts.CONNECT
                        + "\r\nINFO "
                        + RouteTranscripts.ACCOUNT_INFO
                        + " \r\nRS+ $SYS.REQ.SERVER.PING\r\nPING\r\n",
                connect(RouteTranscripts.CONNECT),
                info(RouteTranscripts.ACCOUNT_INFO + " "),
                rsPlus("", "$SYS.REQ.SERVER.PING", "", 0),
                ping());
    }

    private static ParsedCommand rmsg(
            String subject,
            String reply,
            String queues,
            String tail,
            String payload,
            boolean plain) {
        return ParsedCommand.routed(
                Op.RMSG, "ACC1", subject, reply, queues, tail, 0, payload, plain);
    }

    private static ParsedCommand hmsg(
            String subject,
            String reply,
            String queues,
            String tail,
            int headerLength,
            String payload,
            boolean plain) {
        return ParsedCommand.routed(
                Op.HMSG, "ACC1", subject, reply, queues, tail, headerLength, payload, plain);
    }

    private static ParsedCommand ofOneAccount(
            int op,
            String reply,
            String queues,
            String tail,
            int headerLength,
            String payload,
            boolean plain) {
        return ParsedCommand.routed(
                op, "", "foo", reply, queues, tail, headerLength, payload, plain);
    }

    private static void expect(String wire, ParsedCommand... commands) {
        expect(wire, RouteRules.DEFAULT, commands);
    }

    private static void expectOfOneAccount(String wire, ParsedCommand... commands) {
        expect(wire, RouteRules.ONE_ACCOUNT, commands);
    }

    private static void expect(String wire, RouteRules rules, ParsedCommand... commands) {
        ParseOutcome outcome = EveryCut.parse(wire, rules);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.commands()).containsExactly(commands);
        assertThat(outcome.consumed()).isEqualTo(wire.length());
    }
}
