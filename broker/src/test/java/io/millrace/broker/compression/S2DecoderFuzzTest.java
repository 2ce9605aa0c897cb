package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Whatever a peer sends, it is read or refused, and how it is cut makes no difference. {@code
 * JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class S2DecoderFuzzTest {
    private static final int MAX_BLOCK_BYTES = 64 * 1024;

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldReadOrRefuseAnyStream(byte[] input) {
        assertThat(read(input, 1)).isEqualTo(read(input, Math.max(1, input.length)));
    }

    /** Past checksums. */
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldAgreeWithANaiveDecoderAboutAnyBlock(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int length = input[0] & 0xFF | (input[1] & 0xFF) << 8;
        byte[] block = Arrays.copyOfRange(input, 2, input.length);
        assertThat(S2BlockTest.decodeOrNull(block, length))
                .isEqualTo(NaiveBlock.decode(block, length));
    }

    /** The content up to the damage, if there is one, and what it is. */
    private static String read(byte[] input, int pieceBytes) {
        S2Decoder decoder = new S2Decoder(MAX_BLOCK_BYTES);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String damage = "none";
        try {
            for (int from = 0; from < input.length; from += pieceBytes) {
                int to = Math.min(input.length, from + pieceBytes);
                ByteBuf in = Unpooled.wrappedBuffer(input, from, to - from);
                for (ByteBuf block = decoder.next(in); block != null; block = decoder.next(in)) {
                    assertThat(block.readableBytes()).isBetween(1, MAX_BLOCK_BYTES);
                    while (block.isReadable()) {
                        content.write(block.readByte());
                    }
                }
            }
        } catch (CorruptStreamException e) {
            damage = e.getMessage();
        }
        return damage + ": " + Arrays.toString(content.toByteArray());
    }
}
