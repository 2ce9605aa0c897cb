package io.millrace.protocol;

import static io.millrace.protocol.ProtocolParser.Status.CONNECT;
import static io.millrace.protocol.ProtocolParser.Status.ERROR;
import static io.millrace.protocol.ProtocolParser.Status.FULL;
import static io.millrace.protocol.ProtocolParser.Status.NEED_MORE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** How a caller goes on after each status. */
class CommandParserResumptionTest {
    private final CommandParser parser = new CommandParser(4096, 1024);
    private final FrameBlock block = new FrameBlock(2);
    private final List<NativeBytes> presented = new ArrayList<>();

    @AfterEach
    void free() {
        presented.forEach(NativeBytes::close);
        block.free();
    }

    @Test
    void shouldSayHowManyBytesAMessageNeedsOnceItsLineIsThere() {
        String message = "PUB foo 5\r\nhello\r\n";
        for (int length = 0; length < message.length(); length++) {
            assertThat(parse(message.substring(0, length))).isEqualTo(NEED_MORE);
            boolean lineIsThere = length >= "PUB foo 5\r\n".length();
            assertThat(parser.needed()).isEqualTo(lineIsThere ? message.length() : 0);
            assertThat(parser.consumed()).isZero();
        }
        assertThat(parse(message)).isEqualTo(NEED_MORE);
        assertThat(parser.needed()).isZero();
        assertThat(parser.consumed()).isEqualTo(message.length());
    }

    @Test
    void shouldCountWhatIsNeededFromTheUnfinishedCommand() {
        parser.headers(true);
        assertThat(parse("PING\r\nHPUB foo 0 100\r\n")).isEqualTo(NEED_MORE);
        assertThat(parser.consumed()).isEqualTo("PING\r\n".length());
        assertThat(parser.needed()).isEqualTo("HPUB foo 0 100\r\n".length() + 102);
    }

    @Test
    void shouldNeedNothingKnownForAnUnfinishedLine() {
        assertThat(parse("PUB foo 5\r\nhello\r\nSUB fo")).isEqualTo(NEED_MORE);
        assertThat(parser.consumed()).isEqualTo("PUB foo 5\r\nhello\r\n".length());
        assertThat(parser.needed()).isZero();
    }

    @Test
    void shouldStopWhenTheBlockIsFullAndGoOnWithAnEmptyOne() {
        String wire = "PING\r\nPONG\r\nPING\r\n";
        assertThat(parse(wire)).isEqualTo(FULL);
        assertThat(block.count()).isEqualTo(2);
        assertThat(parser.consumed()).isEqualTo("PING\r\nPONG\r\n".length());
        assertThat(parse("PING\r\n")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isEqualTo(1);
        assertThat(block.op(0)).isEqualTo(Op.PING);
    }

    @Test
    void shouldNotBeFullWhenAllBytesAreConsumed() {
        assertThat(parse("PING\r\nPONG\r\n")).isEqualTo(NEED_MORE);
        assertThat(block.isFull()).isTrue();
    }

    @Test
    void shouldBeFullInFrontOfAnUnfinishedCommandAndResumeIt() {
        assertThat(parse("PING\r\nPONG\r\nPUB a 3\r\nx")).isEqualTo(FULL);
        assertThat(parse("PUB a 3\r\nx")).isEqualTo(NEED_MORE);
        assertThat(parser.needed()).isEqualTo("PUB a 3\r\nxyz\r\n".length());
        assertThat(parse("PUB a 3\r\nxyz\r\n")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isEqualTo(1);
    }

    @Test
    void shouldGoOnFromAnOffsetInTheSameBytes() {
        try (NativeBytes bytes = NativeBytes.of("PING\r\nPONG\r\nSUB a 1\r\n")) {
            block.reset(bytes.region());
            assertThat(parser.parse(block.bytes(), 0, bytes.length(), block)).isEqualTo(FULL);
            int from = parser.consumed();
            block.reset(bytes.region());
            assertThat(parser.parse(block.bytes(), from, bytes.length(), block))
                    .isEqualTo(NEED_MORE);
            assertThat(parser.consumed()).isEqualTo(bytes.length());
            assertThat(ParsedCommand.of(block, 0)).isEqualTo(ParsedCommand.sub("a", "", "1"));
            assertThat(block.frame(0).subjectOffset()).isEqualTo("PING\r\nPONG\r\nSUB ".length());
        }
    }

    @Test
    void shouldStopBehindAConnect() {
        assertThat(parse("PING\r\nCONNECT {}\r\nPING\r\n")).isEqualTo(CONNECT);
        assertThat(block.count()).isEqualTo(2);
        assertThat(ParsedCommand.of(block, 1)).isEqualTo(ParsedCommand.connect("{}"));
        assertThat(parser.consumed()).isEqualTo("PING\r\nCONNECT {}\r\n".length());
    }

    @Test
    void shouldNotConsumeTheCommandThatIsWrong() {
        assertThat(parse("PING\r\nPUB a x\r\n")).isEqualTo(ERROR);
        assertThat(block.count()).isEqualTo(1);
        assertThat(parser.consumed()).isEqualTo("PING\r\n".length());
        assertThat(parser.error()).isEqualTo(ProtocolError.MALFORMED);
    }

    @Test
    void shouldParseTheSameBytesAgainAfterARestart() {
        assertThat(parse("SUB foo 1")).isEqualTo(NEED_MORE);
        parser.restart();
        assertThat(parse("PING\r\nSUB foo 1")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isEqualTo(1);
        assertThat(parse("SUB foo 1\r\n")).isEqualTo(NEED_MORE);
        assertThat(ParsedCommand.of(block, 0)).isEqualTo(ParsedCommand.sub("foo", "", "1"));
    }

    @Test
    void shouldForgetWhatAMessageNeedsAfterARestart() {
        assertThat(parse("PUB foo 900\r\n")).isEqualTo(NEED_MORE);
        assertThat(parser.needed()).isEqualTo("PUB foo 900\r\n".length() + 902);
        parser.restart();
        assertThat(parser.needed()).isZero();
        assertThat(parse("PING\r\n")).isEqualTo(NEED_MORE);
        assertThat(block.count()).isEqualTo(1);
    }

    @Test
    void shouldParseOnlyWhatLiesWithinTheRegionOfTheBlock() {
        try (NativeBytes bytes = NativeBytes.of("PING\r\n");
                NativeBytes other = NativeBytes.of("PING\r\n")) {
            Region region = bytes.region();
            block.reset(region);
            int[][] outside = {{0, 7}, {-1, 6}, {7, 7}, {4, 3}, {0, Integer.MAX_VALUE}, {0, -1}};
            for (int[] range : outside) {
                assertThatThrownBy(() -> parser.parse(region, range[0], range[1], block))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> parser.parse(other.region(), 0, 6, block))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(parser.parse(region, 0, 6, block)).isEqualTo(NEED_MORE);
            assertThat(block.count()).isEqualTo(1);
        }
    }

    /** Presents bytes that stay where they are until the test ends. */
    private ProtocolParser.Status parse(String wire) {
        NativeBytes bytes = NativeBytes.of(wire);
        presented.add(bytes);
        block.reset(bytes.region());
        return parser.parse(block.bytes(), 0, bytes.length(), block);
    }
}
