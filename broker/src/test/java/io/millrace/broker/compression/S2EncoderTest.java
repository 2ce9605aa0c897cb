package io.millrace.broker.compression;

import static io.millrace.broker.compression.Streams.S2;
import static io.millrace.broker.compression.Streams.ascii;
import static io.millrace.broker.compression.Streams.bytes;
import static io.millrace.broker.compression.Streams.compressed;
import static io.millrace.broker.compression.Streams.decode;
import static io.millrace.broker.compression.Streams.join;
import static io.millrace.broker.compression.Streams.uncompressed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.Random;

class S2EncoderTest {
    private static final byte[] PING = ascii("PING\r\n");
    private static final int BLOCK_BYTES = 64 * 1024;

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final S2Encoder encoder = new S2Encoder();

    private byte[] encode(S2Level level, byte[] content) {
        return encode(level, Unpooled.wrappedBuffer(content), Unpooled.buffer(0));
    }

    private byte[] encode(S2Level level, ByteBuf in, ByteBuf out) {
        try {
            int most = S2Encoder.maxEncodedBytes(in.readableBytes());
            encoder.encode(level, in, out);
            assertThat(in.isReadable()).isFalse();
            assertThat(out.readableBytes()).isLessThanOrEqualTo(most);
            return ByteBufUtil.getBytes(out);
        } finally {
            in.release();
            out.release();
        }
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @EnumSource(S2Level.class)
    void shouldWriteNothingForNothing(S2Level level) {
        assertThat(encode(level, new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(S2Level.class)
    void shouldWriteAStreamOfItsOwnEachTime(S2Level level) {
        byte[] stream = join(S2, uncompressed(PING));
        assertThat(encode(level, PING)).isEqualTo(stream);
        assertThat(encode(level, PING)).isEqualTo(stream);
    }

    @Test
    void shouldLeaveContentAsItIsWhenNothingIsToBeCompressed() {
        byte[] zeros = new byte[1000];
        assertThat(encode(S2Level.UNCOMPRESSED, zeros)).isEqualTo(join(S2, uncompressed(zeros)));
    }

    @ParameterizedTest
    @EnumSource(value = S2Level.class, mode = EnumSource.Mode.EXCLUDE, names = "UNCOMPRESSED")
    void shouldWriteSnappyBlocks(S2Level level) {
        byte[] content = new byte[1 + 64];
        byte[] block = bytes(0x00, 0, 63 << 2 | 0b10, 1, 0);
        assertThat(encode(level, content)).isEqualTo(join(S2, compressed(content, block)));
    }

    @Test
    void shouldLeaveContentAsItIsWhenItCannotBeCompressed() {
        byte[] noise = noise(10_000);
        assertThat(encode(S2Level.FAST, noise)).isEqualTo(join(S2, uncompressed(noise)));
    }

    @Test
    void shouldPartContentIntoBlocks() {
        byte[] noise = noise(2 * BLOCK_BYTES + 1);
        assertThat(encode(S2Level.FAST, noise))
                .isEqualTo(
                        join(
                                S2,
                                uncompressed(Arrays.copyOf(noise, BLOCK_BYTES)),
                                uncompressed(
                                        Arrays.copyOfRange(noise, BLOCK_BYTES, 2 * BLOCK_BYTES)),
                                uncompressed(
                                        Arrays.copyOfRange(noise, 2 * BLOCK_BYTES, noise.length))));
        assertThat(S2Encoder.maxEncodedBytes(noise.length)).isEqualTo(noise.length + 10 + 3 * 8);
    }

    @Test
    void shouldSayWhenABoundIsBeyondAnyBuffer() {
        assertThatThrownBy(() -> S2Encoder.maxEncodedBytes(Integer.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shouldNeedNoRoomBeyondTheBound() {
        for (int length = 0; length < 3 * BLOCK_BYTES; length = length * 3 + 1) {
            for (S2Level level : S2Level.values()) {
                int most = S2Encoder.maxEncodedBytes(length);
                ByteBuf out = Unpooled.buffer(most, most);
                encode(level, Unpooled.wrappedBuffer(noise(length)), out);
            }
        }
    }

    @Test
    void shouldBeReadAsWhatWasWritten() throws Exception {
        for (int round = 0; round < 400; round++) {
            byte[] content = content(round < 396 ? 1 << random.nextInt(18) : 5 * 1024 * 1024);
            S2Level level = S2Level.values()[random.nextInt(4)];
            ByteBuf in = Unpooled.directBuffer().writeBytes(content);
            byte[] stream = encode(level, in, Unpooled.directBuffer());
            assertThat(decode(cut(stream)))
                    .as("seed %d, round %d, %s", seed, round, level)
                    .isEqualTo(content);
        }
    }

    /** Noise, one byte, or pieces of both that come again and again. */
    private byte[] content(int most) {
        byte[] content = noise(random.nextInt(most + 1));
        int kind = random.nextInt(3);
        if (kind == 1) {
            Arrays.fill(content, (byte) kind);
        } else if (kind == 2) {
            for (int i = 1; i < content.length; ) {
                int piece = Math.min(content.length - i, 1 + random.nextInt(300));
                int offset = 1 + random.nextInt(Math.min(i, 70_000));
                if (random.nextInt(3) > 0) {
                    for (int j = i; j < i + piece; j++) {
                        content[j] = content[j - offset];
                    }
                }
                i += piece;
            }
        }
        return content;
    }

    private byte[][] cut(byte[] stream) {
        int first = random.nextInt(stream.length + 1);
        int second = first + random.nextInt(stream.length - first + 1);
        return new byte[][] {
            Arrays.copyOf(stream, first),
            Arrays.copyOfRange(stream, first, second),
            Arrays.copyOfRange(stream, second, stream.length)
        };
    }
}
