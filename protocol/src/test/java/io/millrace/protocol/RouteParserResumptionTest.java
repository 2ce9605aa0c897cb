package io.millrace.protocol;

import static io.millrace.protocol.ProtocolParser.Status.CONNECT;
import static io.millrace.protocol.ProtocolParser.Status.FULL;
import static io.millrace.protocol.ProtocolParser.Status.INFO;
import static io.millrace.protocol.ProtocolParser.Status.NEED_MORE;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How a route goes on after each status. */
class RouteParserResumptionTest {
    private final RouteParser parser = new RouteParser(65536, 1024);
    private final FrameBlock block = new FrameBlock(2);
    private final List<NativeBytes> presented = new ArrayList<>();

    @AfterEach
    void free() {
        presented.forEach(NativeBytes::close);
        block.free();
    }

    @Test
    void shouldSayHowManyBytesAMessageNeedsOnceItsLineIsThere() {
        String line = "HMSG A foo + r q1 q2 2 5\r\n";
        assertThat(parse(line)).isEqualTo(NEED_MORE);
        assertThat(parser.needed()).isEqualTo(line.length() + 7);
        assertThat(parse(line + "hell")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isZero();
        assertThat(parse(line + "hello\r\n")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isEqualTo(1);
    }

    @Test
    void shouldStopBehindConnectAndInfo() {
        assertThat(parse("CONNECT {}\r\nINFO {} \r\nRS+ foo\r\n")).isEqualTo(CONNECT);
        assertThat(block.op(0)).isEqualTo(Op.CONNECT);
        assertThat(parser.consumed()).isEqualTo("CONNECT {}\r\n".length());
        assertThat(parse("INFO {} \r\nRS+ foo\r\n")).isEqualTo(INFO);
        assertThat(block.op(0)).isEqualTo(Op.INFO);
        assertThat(parser.consumed()).isEqualTo("INFO {} \r\n".length());
        parser.oneAccount(true);
        assertThat(parse("RS+ foo\r\n")).isEqualTo(NEED_MORE);
        assertThat(ParsedCommand.of(block, 0)).isEqualTo(ParsedCommand.rsPlus("", "foo", "", 0));
    }

    @Test
    void shouldParseTheSameBytesAgainAfterARestartThoughItClosedUpTheQueueGroups() {
        try (NativeBytes bytes = NativeBytes.of("RMSG A foo + r q1 \t q2\tq3  1\r\nx\r\n")) {
            ParsedCommand expected =
                    ParsedCommand.routed(
                            Op.RMSG,
                            "A",
                            "foo",
                            "r",
                            "q1 q2 q3",
                            "r q1 q2 q3    1\r\nx\r\n",
                            0,
                            "x",
                            false);
            for (int i = 0; i < 2; i++) {
                block.reset(bytes.region());
                assertThat(parser.parse(block.bytes(), 0, bytes.length(), block))
                        .isEqualTo(NEED_MORE);
                assertThat(ParsedCommand.of(block, 0)).isEqualTo(expected);
                parser.restart();
            }
            assertThat(new String(bytes.bytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("RMSG A foo + r q1 q2 q3    1\r\nx\r\n");
            assertThat(bytes.marginsAreIntact()).isTrue();
        }
    }

    @Test
    void shouldNotTouchTheBytesOfAnythingElse() {
        String wire = "RMSG\tA  foo | q1 q2 q3 \t 1\r\n\t\r\nRS+  A \tfoo\r\n";
        assertThat(parse(wire)).isEqualTo(NEED_MORE);
        assertThat(new String(presented.getLast().bytes(), StandardCharsets.ISO_8859_1))
                .isEqualTo(wire);
    }

    @Test
    void shouldStopWhenTheBlockIsFull() {
        assertThat(parse("PING\r\nRS+ A a\r\nRMSG A a 1\r\nx")).isEqualTo(FULL);
        assertThat(parse("RMSG A a 1\r\nx")).isEqualTo(NEED_MORE);
        assertThat(parser.needed()).isEqualTo("RMSG A a 1\r\nx\r\n".length());
    }

    /** Presents bytes that stay where they are until the test ends. */
    private ProtocolParser.Status parse(String wire) {
        NativeBytes bytes = NativeBytes.of(wire);
        presented.add(bytes);
        block.reset(bytes.region());
        return parser.parse(block.bytes(), 0, bytes.length(), block);
    }
}
