package io.millrace.broker.compression;

import static io.millrace.broker.compression.Streams.ascii;
import static io.millrace.broker.compression.Streams.bytes;
import static io.millrace.broker.compression.Streams.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** Blocks whose elements are spelled out. */
class S2BlockTest {
    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    static byte[] decode(byte[] block, int length) throws CorruptStreamException {
        // What stands around a block must not matter.
        byte[] in = new byte[3 + block.length + Workspace.SLACK_BYTES];
        Arrays.fill(in, (byte) 0xA5);
        System.arraycopy(block, 0, in, 3, block.length);
        byte[] out = new byte[length + Workspace.SLACK_BYTES];
        S2Block.decode(in, 3, 3 + block.length, out, length);
        return Arrays.copyOf(out, length);
    }

    private static byte[] literal(String text) {
        return join(bytes(text.length() - 1 << 2), ascii(text));
    }

    @Test
    void shouldTakeTheContentOfALiteral() throws Exception {
        assertThat(decode(literal("PING\r\n"), 6)).isEqualTo(ascii("PING\r\n"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldReadTheSizeOfALiteralFromAsManyBytesAsTheTagSays(int sizeBytes) throws Exception {
        byte[] content = new byte[200];
        random.nextBytes(content);
        byte[] size = Arrays.copyOf(bytes(199), sizeBytes);
        assertThat(decode(join(bytes(59 + sizeBytes << 2), size, content), 200)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"1, aaaaaaa", "2, ababab", "3, abcabca"})
    void shouldRepeatBytesWhereACopyOverlapsItself(int offset, String content) throws Exception {
        byte[] block =
                join(
                        literal(content.substring(0, offset)),
                        bytes(content.length() - offset - 1 << 2 | 0b10, offset, 0));
        assertThat(decode(block, content.length())).isEqualTo(ascii(content));
    }

    @Test
    void shouldReadOffsetsOfAllWidths() throws Exception {
        byte[] content = new byte[300];
        random.nextBytes(content);
        byte[] head = join(bytes(61 << 2, 299 & 0xFF, 299 >> 8), content);
        byte[] from = Arrays.copyOfRange(content, 10, 15);
        byte[] near = bytes((5 - 4) << 2 | 290 >> 8 << 5 | 0b01, 290 & 0xFF);
        byte[] copy = bytes((5 - 1) << 2 | 0b10, 290 & 0xFF, 290 >> 8);
        byte[] far = bytes((5 - 1) << 2 | 0b11, 290 & 0xFF, 290 >> 8, 0, 0);
        for (byte[] element : new byte[][] {near, copy, far}) {
            assertThat(decode(join(head, element), 305)).isEqualTo(join(content, from));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', 4",
        "4, '', 8",
        "5, '00', 8",
        "5, 'FF', 263",
        "6, '0000', 260",
        "6, '0201', 518",
        "7, '000000', 65540",
        "7, '010203', 262661"
    })
    void shouldRepeatTheOffsetOfTheLastCopy(int code, String digits, int size) throws Exception {
        byte[] repeat = join(bytes(code << 2 | 0b01, 0), HexFormat.of().parseHex(digits));
        byte[] content = Arrays.copyOf(ascii("abcde"), 9 + size);
        for (int i = 5; i < content.length; i++) {
            content[i] = content[i - 3];
        }
        byte[] block = join(literal("abcde"), bytes(0b01, 3), repeat);
        assertThat(decode(block, content.length)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1, a block is shorter than it says",
        "00 61, 2, a block is shorter than it says",
        "00 61, 0, a literal is too long for its block",
        "04 61 61, 1, a literal is too long for its block",
        "14 61 61, 6, a literal is too long for its block",
        "00, 1, a literal is too long for its block",
        "F0, 400, a literal is too long for its block",
        "F4 01, 400, a literal is too long for its block",
        "F8 01 00, 400, a literal is too long for its block",
        "FC 01 00 00, 400, a literal is too long for its block",
        "FC FF FF FF FF 61, 1, a literal is too long for its block",
        "FC FF FF FF 7F 61, 1, a literal is too long for its block",
        "FC FF FF FF 8F 61, 1, a literal is too long for its block",
        "00 61 01, 9, a block ends in the middle of a copy",
        "00 61 06, 9, a block ends in the middle of a copy",
        "00 61 06 01, 9, a block ends in the middle of a copy",
        "00 61 07 01 00 00, 9, a block ends in the middle of a copy",
        "00 61 01 01 15 00, 20, a block ends in the middle of a copy",
        "00 61 01 01 19 00 00, 999, a block ends in the middle of a copy",
        "00 61 01 01 1D 00 00 00, 99999, a block ends in the middle of a copy",
        "01 01, 4, a copy begins before its block",
        "00 61 01 00, 5, a copy begins before its block",
        "00 61 01 02, 5, a copy begins before its block",
        "00 61 02 00 00, 2, a copy begins before its block",
        "00 61 02 02 00, 2, a copy begins before its block",
        "00 61 03 00 00 00 00, 2, a copy begins before its block",
        "00 61 03 01 00 00 80, 2, a copy begins before its block",
        "00 61 03 FF FF FF FF, 2, a copy begins before its block",
        "00 61 01 01, 4, a copy is too long for its block",
        "00 61 06 01 00, 2, a copy is too long for its block",
        "00 61 07 01 00 00 00, 2, a copy is too long for its block",
        "00 61 01 01 1D 00 FF FF FF, 99999, a copy is too long for its block"
    })
    void shouldRefuseADamagedBlock(String hex, int length, String why) {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> decode(block, length))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessage(why);
        assertThat(NaiveBlock.decode(block, length)).isNull();
    }

    @Test
    void shouldAgreeWithANaiveDecoderAboutAnyBlockThatIsWhole() throws Exception {
        for (int round = 0; round < 300; round++) {
            BlockWriter writer = new BlockWriter(random);
            for (int elements = 1 + random.nextInt(30); elements > 0; elements--) {
                writer.element();
            }
            byte[] block = writer.block();
            byte[] naive = NaiveBlock.decode(block, writer.length());
            assertThat(naive).as("seed %d, round %d", seed, round).isNotNull();
            assertThat(decode(block, writer.length()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(naive);
        }
    }

    @Test
    void shouldRefuseABlockThatIsCutAnywhere() {
        BlockWriter writer = new BlockWriter(random);
        for (int elements = 0; elements < 20; elements++) {
            writer.element();
        }
        byte[] block = writer.block();
        for (int cut = 0; cut < block.length; cut++) {
            byte[] start = Arrays.copyOf(block, cut);
            assertThatThrownBy(() -> decode(start, writer.length()))
                    .as("seed %d, cut at %d", seed, cut)
                    .isInstanceOf(CorruptStreamException.class);
        }
    }

    @Test
    void shouldAgreeWithANaiveDecoderAboutAnyBlockThatIsDamaged() {
        for (int round = 0; round < 3000; round++) {
            BlockWriter writer = new BlockWriter(random);
            for (int elements = 1 + random.nextInt(8); elements > 0; elements--) {
                writer.element();
            }
            byte[] block = writer.block();
            block[random.nextInt(block.length)] = (byte) random.nextInt();
            assertThat(decodeOrNull(block, writer.length()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(NaiveBlock.decode(block, writer.length()));
        }
    }

    static byte @Nullable [] decodeOrNull(byte[] block, int length) {
        try {
            return decode(block, length);
        } catch (CorruptStreamException e) {
            return null;
        }
    }
}
