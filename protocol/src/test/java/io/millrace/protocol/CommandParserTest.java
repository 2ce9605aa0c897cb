package io.millrace.protocol;

import static io.millrace.protocol.ParsedCommand.connect;
import static io.millrace.protocol.ParsedCommand.hpub;
import static io.millrace.protocol.ParsedCommand.ping;
import static io.millrace.protocol.ParsedCommand.pong;
import static io.millrace.protocol.ParsedCommand.pub;
import static io.millrace.protocol.ParsedCommand.sub;
import static io.millrace.protocol.ParsedCommand.unsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command of the protocol, byte for byte, at every cut. */
class CommandParserTest {
    @Test
    void shouldParsePub() {
        expect("PUB foo 5\r\nhello\r\n", pub("foo", "", "5\r\nhello\r\n", "hello", true));
    }

    @Test
    void shouldParsePubWithReply() {
        expect(
                "PUB foo.bar INBOX.22 5\r\nhello\r\n",
                pub("foo.bar", "INBOX.22", "INBOX.22 5\r\nhello\r\n", "hello", true));
    }

    @Test
    void shouldParsePubWithoutPayload() {
        expect("PUB foo 0\r\n\r\n", pub("foo", "", "0\r\n\r\n", "", true));
    }

    @Test
    void shouldKeepLineEndsAndVerbsInsideAPayload() {
        String payload = "\r\nPUB x 1\r\n\n\r\r\n";
        String tail = payload.length() + "\r\n" + payload + "\r\n";
        expect("PUB foo " + tail, pub("foo", "", tail, payload, true));
    }

    @Test
    void shouldKeepEveryByteOfAPayload() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        String tail = "256\r\n" + all + "\r\n";
        expect("PUB foo " + tail, pub("foo", "", tail, all.toString(), true));
    }

    @Test
    void shouldKeepEveryByteOfASubject() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            if (" \t\r\n".indexOf(c) < 0) {
                all.append(c);
            }
        }
        expect("PUB " + all + " 1\r\nx\r\n", pub(all.toString(), "", "1\r\nx\r\n", "x", true));
    }

    @Test
    void shouldParseHpub() {
        expect(
                "HPUB foo 12 17\r\nNATS/1.0\r\n\r\nhello\r\n",
                hpub(
                        "foo",
                        "",
                        "12 17\r\nNATS/1.0\r\n\r\nhello\r\n",
                        12,
                        "NATS/1.0\r\n\r\nhello",
                        true));
    }

    @Test
    void shouldParseHpubWithReplyAndNothingButHeaders() {
        expect(
                "HPUB foo r 12 12\r\nNATS/1.0\r\n\r\n\r\n",
                hpub("foo", "r", "r 12 12\r\nNATS/1.0\r\n\r\n\r\n", 12, "NATS/1.0\r\n\r\n", true));
    }

    @Test
    void shouldNotLookIntoHeaders() {
        expect(
                "HPUB foo 3 5\r\n\0\r\nab\r\n",
                hpub("foo", "", "3 5\r\n\0\r\nab\r\n", 3, "\0\r\nab", true));
    }

    @Test
    void shouldParseSub() {
        expect("SUB foo.* 1\r\n", sub("foo.*", "", "1"));
    }

    @Test
    void shouldParseSubWithQueueGroup() {
        expect("SUB foo.> workers 22\r\n", sub("foo.>", "workers", "22"));
    }

    @Test
    void shouldTakeAnyTextForASid() {
        expect("SUB foo a-b.c\u00FF\r\n", sub("foo", "", "a-b.c\u00FF"));
    }

    @Test
    void shouldParseUnsub() {
        expect("UNSUB 1\r\n", unsub("1", 0));
    }

    @Test
    void shouldParseUnsubWithMaximum() {
        expect("UNSUB 1 5\r\n", unsub("1", 5));
        expect("UNSUB 1 999999999\r\n", unsub("1", 999_999_999));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "x", "-1", "+1", "1.5", "1000000000", "99999999999999999999"})
    void shouldTakeAMaximumThatIsNoSizeForNone(String max) {
        expect("UNSUB 1 " + max + "\r\n", unsub("1", 0));
    }

    @Test
    void shouldParsePingAndPong() {
        expect("PING\r\nPONG\r\nPING\r\n", ping(), pong(), ping());
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", " text", "text", "\r", " PING", "\0"})
    void shouldIgnoreTextBehindPingAndPong(String text) {
        expect("PING" + text + "\r\nPONG" + text + "\r\n", ping(), pong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK", "+ok", "+OK text", "+OKtext", "INFO {}", "INFO{}", "info\t{}"})
    void shouldIgnoreWhatOnlyServersSay(String line) {
        expect(line + "\r\n" + line + "\nPING\r\n", ping());
    }

    @Test
    void shouldParseConnect() {
        expect("CONNECT {\"verbose\":false}\r\n", connect("{\"verbose\":false}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT{}", "CONNECT\t{}", "CONNECT   {}", "connect \t {}"})
    void shouldParseConnectWithAnyBlanksInFront(String line) {
        expect(line + "\r\n", connect("{}"));
        expect(line + "\n", connect("{}"));
    }

    @Test
    void shouldKeepTheBlanksOfAConnect() {
        expect("CONNECT { \"name\" : \"a  b\" } \t\r\n", connect("{ \"name\" : \"a  b\" } \t"));
    }

    @Test
    void shouldDropOneCarriageReturnBehindAConnect() {
        expect("CONNECT {}\r\r\n", connect("{}\r"));
    }

    @Test
    void shouldLeaveAnEmptyConnectToWhoeverReadsIt() {
        expect("CONNECT\r\n", connect(""));
        expect("CONNECT \n", connect(""));
    }

    @Test
    void shouldParseConnectBetweenOtherCommands() {
        expect(
                "PING\r\nCONNECT {}\r\nSUB a 1\r\nCONNECT {\"name\":\"b\"}\r\nPONG\r\n",
                ping(),
                connect("{}"),
                sub("a", "", "1"),
                connect("{\"name\":\"b\"}"),
                pong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub foo 2", "Pub foo 2", "pUb foo 2", "puB foo 2", "PUB foo 2"})
    void shouldTakePubInAnyCase(String line) {
        expect(line + "\r\nhi\r\n", pub("foo", "", "2\r\nhi\r\n", "hi", true));
    }

    @Test
    void shouldTakeEveryVerbInAnyCase() {
        expect(
                "hPuB a 1 1\r\n"
                        + "x\r\n"
                        + "sUb a 1\r\n"
                        + "uNsUb 1\r\n"
                        + "pInG\r\n"
                        + "PoNg\r\n"
                        + "cOnNeCt {}\r\n"
                        + "iNfO {}\r\n",
                hpub("a", "", "1 1\r\nx\r\n", 1, "x", true),
                sub("a", "", "1"),
                unsub("1", 0),
                ping(),
                pong(),
                connect("{}"));
    }

    @Test
    void shouldTakeLinesThatEndInLfOnly() {
        expect(
                "PUB a 1\nx\r\nHPUB a 1 1\nx\r\nSUB a 1\nUNSUB 1\nPING\nPONG\nINFO {}\n+OK\n",
                pub("a", "", "1\nx\r\n", "x", false),
                hpub("a", "", "1 1\nx\r\n", 1, "x", false),
                sub("a", "", "1"),
                unsub("1", 0),
                ping(),
                pong());
    }

    @Test
    void shouldTakeBlanksAndTabsInAnyNumber() {
        expect(
                "PUB\t foo \t 5 \t\r\nhello\r\n",
                pub("foo", "", "5 \t\r\nhello\r\n", "hello", false));
        expect(
                "PUB   foo\t\tr  5\r\nhello\r\n",
                pub("foo", "r", "r  5\r\nhello\r\n", "hello", false));
        expect("HPUB\t\tfoo  0\t2\r\nhi\r\n", hpub("foo", "", "0\t2\r\nhi\r\n", 0, "hi", false));
        expect("SUB \t foo \t q\t1 \r\n", sub("foo", "q", "1"));
        expect("UNSUB\t \t1 \t 5\t \r\n", unsub("1", 5));
    }

    /**
     * The reference drops it or keeps it as part of a word, depending on how the bytes were cut; we
     * part words there.
     */
    @Test
    void shouldPartWordsAtACarriageReturnInsideALine() {
        expect(
                "PUB foo\rbar 5\r\nhello\r\n",
                pub("foo", "bar", "bar 5\r\nhello\r\n", "hello", true));
        expect("SUB foo\r1\r\r\n", sub("foo", "", "1"));
    }

    @Test
    void shouldParseManyCommandsInARow() {
        expect(
                "PUB a 1\r\nx\r\nPUB b r 0\r\n\r\nSUB c 3\r\nPUB d 2\r\n\r\n\r\nUNSUB 3 1\r\n",
                pub("a", "", "1\r\nx\r\n", "x", true),
                pub("b", "r", "r 0\r\n\r\n", "", true),
                sub("c", "", "3"),
                pub("d", "", "2\r\n\r\n\r\n", "\r\n", true),
                unsub("3", 1));
    }

    @Test
    void shouldParseASubjectOfTwoThousandTokens() {
        String subject = "a.".repeat(1999) + "a";
        expect("SUB " + subject + " 1\r\n", sub(subject, "", "1"));
    }

    @Test
    void shouldParseNothingInNoBytes() {
        try (ParserFeed feed = new ParserFeed(ParserRules.DEFAULT, 1, 0)) {
            feed.feed(new byte[0], 0, 0);
            assertThat(feed.outcome().commands()).isEmpty();
            assertThat(feed.outcome().error()).isNull();
        }
    }

    private static void expect(String wire, ParsedCommand... commands) {
        ParseOutcome outcome = EveryCut.parse(wire);
        assertThat(outcome.error()).isNull();
        assertThat(outcome.commands()).containsExactly(commands);
        assertThat(outcome.consumed()).isEqualTo(wire.length());
    }
}
