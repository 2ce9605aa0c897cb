package io.millrace.broker.compression;

import static io.millrace.broker.compression.Streams.S2;
import static io.millrace.broker.compression.Streams.SNAPPY;
import static io.millrace.broker.compression.Streams.ascii;
import static io.millrace.broker.compression.Streams.bytes;
import static io.millrace.broker.compression.Streams.chunk;
import static io.millrace.broker.compression.Streams.compressed;
import static io.millrace.broker.compression.Streams.decode;
import static io.millrace.broker.compression.Streams.join;
import static io.millrace.broker.compression.Streams.uncompressed;
import static io.millrace.broker.compression.Streams.varint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

class S2DecoderTest {
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");

    /** {@code a}, and 4 of the 1 byte before. */
    private static final byte[] FIVE = compressed(ascii("aaaaa"), bytes(0x00, 'a', 0x01, 0x01));

    /** One of everything that a stream may hold. */
    private static final byte[] ALL =
            join(
                    S2,
                    uncompressed(PING),
                    FIVE,
                    chunk(0xFE, new byte[9]),
                    chunk(0x80, ascii("to be skipped")),
                    chunk(0x99, ascii("an index")),
                    chunk(0xFD, new byte[0]),
                    uncompressed(new byte[0]),
                    compressed(new byte[0], new byte[0]),
                    SNAPPY,
                    FIVE,
                    S2,
                    uncompressed(PONG));

    private static final byte[] ALL_CONTENT = ascii("PING\r\naaaaaaaaaaPONG\r\n");

    private static void shouldRefuse(String why, byte[]... stream) {
        assertThatThrownBy(() -> decode(join(stream)))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessage(why);
    }

    @Test
    void shouldReadAStreamThatIsCutAnywhere() throws Exception {
        assertThat(decode(ALL)).isEqualTo(ALL_CONTENT);
        for (int cut = 0; cut <= ALL.length; cut++) {
            byte[] start = Arrays.copyOf(ALL, cut);
            byte[] end = Arrays.copyOfRange(ALL, cut, ALL.length);
            assertThat(decode(start, end)).as("cut at %d", cut).isEqualTo(ALL_CONTENT);
            byte[] read = decode(start);
            assertThat(read)
                    .as("cut at %d", cut)
                    .isEqualTo(Arrays.copyOf(ALL_CONTENT, read.length));
        }
    }

    @Test
    void shouldReadAStreamThatComesByteByByte() throws Exception {
        byte[][] pieces = new byte[ALL.length][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = new byte[] {ALL[i]};
        }
        assertThat(decode(pieces)).isEqualTo(ALL_CONTENT);
    }

    @Test
    void shouldReadFromDirectBuffers() throws Exception {
        ByteBuf in = Unpooled.directBuffer().writeBytes(ALL);
        try {
            ByteBuf block = new S2Decoder(64).next(in);
            assertThat(block).isNotNull();
            assertThat(block.toString(StandardCharsets.US_ASCII)).isEqualTo("PING\r\n");
        } finally {
            in.release();
        }
    }

    @Test
    void shouldGiveOneBlockAtATimeAndLeaveTheOthersUnread() throws Exception {
        S2Decoder decoder = new S2Decoder(S2Decoder.MAX_BLOCK_BYTES);
        ByteBuf in = Unpooled.wrappedBuffer(join(S2, uncompressed(PING), uncompressed(PONG), FIVE));
        for (String content : List.of("PING\r\n", "PONG\r\n", "aaaaa")) {
            assertThat(in.isReadable()).isTrue();
            ByteBuf block = decoder.next(in);
            assertThat(block).isNotNull();
            assertThat(block.toString(StandardCharsets.US_ASCII)).isEqualTo(content);
        }
        assertThat(decoder.next(in)).isNull();
        assertThat(in.isReadable()).isFalse();
    }

    static byte[][] firstChunks() {
        return new byte[][] {
            uncompressed(PING), FIVE, chunk(0xFE, new byte[4]), ascii("INFO {}\r\n")
        };
    }

    @ParameterizedTest
    @MethodSource("firstChunks")
    void shouldRefuseWhatDoesNotBeginWithAStreamIdentifier(byte[] first) {
        shouldRefuse("the stream doesn't begin with its identifier", first);
    }

    @Test
    void shouldRefuseOtherStreamIdentifiers() {
        shouldRefuse("the stream is neither of S2 nor of Snappy", chunk(0xFF, ascii("S2sTwo")));
        shouldRefuse("a stream identifier is of a wrong length", chunk(0xFF, ascii("S2sTw")));
        shouldRefuse("a stream identifier is of a wrong length", chunk(0xFF, ascii("S2sTwO ")));
        shouldRefuse("a stream identifier is of a wrong length", chunk(0xFF, new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x40, 0x7F})
    void shouldRefuseUnknownChunksThatMustNotBeSkipped(int type) {
        shouldRefuse(
                "a chunk is of the unknown type " + type + ", not to be skipped",
                S2,
                chunk(type, new byte[0]));
    }

    @Test
    void shouldRefuseChunksThatAreTooShortForAChecksum() {
        for (int length = 0; length < 4; length++) {
            shouldRefuse("a chunk is too short for a checksum", S2, chunk(0x00, new byte[length]));
            shouldRefuse("a chunk is too short for a checksum", S2, chunk(0x01, new byte[length]));
        }
    }

    @Test
    void shouldRefuseAnyBitThatIsWrongInAChecksumOrItsContent() {
        for (byte[] chunk : new byte[][] {uncompressed(PING), FIVE}) {
            for (int bit = 0; bit < 32; bit++) {
                byte[] damaged = chunk.clone();
                damaged[4 + bit / 8] ^= (byte) (1 << bit % 8);
                shouldRefuse("the checksum of a block is wrong", S2, damaged);
            }
        }
        byte[] damaged = uncompressed(PING);
        damaged[9] ^= 1;
        shouldRefuse("the checksum of a block is wrong", S2, damaged);
    }

    @Test
    void shouldRefuseLengthsThatAreNoVarint() {
        for (int digits = 0; digits < 5; digits++) {
            byte[] body = new byte[4 + digits];
            Arrays.fill(body, 4, body.length, (byte) 0x80);
            shouldRefuse("a block doesn't begin with its length", S2, chunk(0x00, body));
        }
        byte[] sixDigits = bytes(0, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
        shouldRefuse("a block doesn't begin with its length", S2, chunk(0x00, sixDigits));
    }

    @ParameterizedTest
    @ValueSource(longs = {4 * 1024 * 1024 + 1, 1L << 31, 0xFFFF_FFFFL, (1L << 35) - 1})
    void shouldRefuseBlocksThatClaimMoreThanTheFormatAllows(long length) {
        byte[] body = join(new byte[4], varint(length), bytes(0x00, 'a'));
        shouldRefuse("a block is larger than allowed", S2, chunk(0x00, body));
    }

    @Test
    void shouldRefuseChunksThatAreLongerThanAnyBlockBeforeTheyCome() {
        shouldRefuse("a chunk is larger than allowed", S2, bytes(0x00, 0xFF, 0xFF, 0xFF));
        int uncompressed = 4 + 4 * 1024 * 1024 + 1;
        shouldRefuse(
                "a chunk is larger than allowed",
                S2,
                bytes(0x01, uncompressed, uncompressed >> 8, uncompressed >> 16));
    }

    @Test
    void shouldTakeTheLargestBlocksOfTheFormat() throws Exception {
        byte[] zeros = new byte[4 * 1024 * 1024];
        assertThat(decode(join(S2, uncompressed(zeros)))).isEqualTo(zeros);
        int rest = zeros.length - 1 - 4 - 65540;
        byte[] block = bytes(0x00, 0, 0x01, 0x01, 0x1D, 0x00, rest, rest >> 8, rest >> 16);
        assertThat(decode(join(S2, compressed(zeros, block)))).isEqualTo(zeros);
    }

    @Test
    void shouldRefuseBlocksOfSnappyThatAreLargerThanItAllows() throws Exception {
        byte[] most = new byte[64 * 1024];
        assertThat(decode(join(SNAPPY, uncompressed(most)))).isEqualTo(most);
        byte[] more = new byte[64 * 1024 + 1];
        shouldRefuse("a chunk is larger than allowed", SNAPPY, uncompressed(more));
        byte[] block = bytes(0x00, 0, 0x01, 0x01, 0x19, 0x00, 0xF8, 0xFE);
        shouldRefuse("a block is larger than allowed", SNAPPY, compressed(more, block));
        // The next stream has limits of its own.
        assertThat(decode(join(SNAPPY, S2, uncompressed(more)))).isEqualTo(more);
    }

    @Test
    void shouldKeepToTheLimitOfTheCaller() throws Exception {
        S2Decoder decoder = new S2Decoder(5);
        assertThat(decode(decoder, S2, FIVE)).isEqualTo(ascii("aaaaa"));
        decoder.maxBlockBytes(6);
        assertThat(decode(decoder, uncompressed(PING))).isEqualTo(PING);
        decoder.maxBlockBytes(4);
        assertThatThrownBy(() -> decode(decoder, FIVE))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessage("a block is larger than allowed");
        assertThatThrownBy(() -> decode(new S2Decoder(5), S2, uncompressed(PING)))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessage("a chunk is larger than allowed");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4 * 1024 * 1024 + 1})
    void shouldRefuseLimitsThatMakeNoSense(int bytes) {
        assertThatThrownBy(() -> new S2Decoder(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeNothingMoreAfterDamage() {
        S2Decoder decoder = new S2Decoder(S2Decoder.MAX_BLOCK_BYTES);
        assertThatThrownBy(() -> decode(decoder, S2, chunk(0x02, new byte[0])))
                .isInstanceOf(CorruptStreamException.class);
        assertThatThrownBy(() -> decode(decoder, S2, uncompressed(PING)))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessage("the stream was damaged before");
    }
}
