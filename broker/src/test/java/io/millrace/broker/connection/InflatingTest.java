package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;

class InflatingTest {
    private static final int LIMIT = 1_000_000;
    private static final int SEEDS = 200;

    private final Inflaters inflaters = new Inflaters();
    private final Inflating inflating = new Inflating(inflaters, LIMIT);

    @AfterEach
    void close() {
        inflating.release();
        inflaters.close();
    }

    private static byte[] deflated(byte[] plain, int flush) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(plain);
        if (flush == Deflater.FULL_FLUSH) {
            deflater.finish();
        }
        byte[] out = new byte[plain.length + 1000];
        int length = deflater.deflate(out, 0, out.length, flush);
        deflater.end();
        return Arrays.copyOf(out, flush == Deflater.SYNC_FLUSH ? length - 4 : length);
    }

    private static byte[] deflated(byte[] plain) {
        return deflated(plain, Deflater.SYNC_FLUSH);
    }

    private String inflate(byte[] piece, boolean last) throws Exception {
        StringBuilder text = new StringBuilder();
        ByteBuf taken = Unpooled.directBuffer().writeBytes(piece);
        inflating.take(taken, last);
        ByteBuf out = inflating.next();
        while (out != null) {
            assertThat(out.readableBytes()).isLessThanOrEqualTo(Inflating.PIECE_BYTES);
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
            out = inflating.next();
        }
        assertThat(taken.refCnt()).isZero();
        assertThat(inflating.isPending()).isFalse();
        assertThat(inflating.isInMessage()).isEqualTo(!last);
        return text.toString();
    }

    @Test
    void shouldInflateMessagesHoweverTheyAreCut() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] plain = new byte[random.nextInt(200_000)];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) ('a' + random.nextInt(1 + random.nextInt(20)));
            }
            byte[] message = deflated(plain);
            StringBuilder text = new StringBuilder();
            int from = 0;
            while (from < message.length) {
                int to = Math.min(message.length, from + random.nextInt(20_000));
                text.append(inflate(Arrays.copyOfRange(message, from, to), false));
                from = to;
            }
            text.append(inflate(new byte[0], true));
            assertThat(text.toString())
                    .as("seed %s", seed)
                    .isEqualTo(new String(plain, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void shouldTakeEmptyMessagesAndThoseThatEndByThemselves() throws Exception {
        assertThat(inflate(new byte[] {0}, true)).isEmpty();
        assertThat(inflate(new byte[0], true)).isEmpty();
        byte[] ended = deflated("hello".getBytes(StandardCharsets.US_ASCII), Deflater.FULL_FLUSH);
        assertThat(inflate(ended, true)).isEqualTo("hello");
        assertThat(inflate(deflated(new byte[] {'x'}), true)).isEqualTo("x");
    }

    @Test
    void shouldRefuseWhatIsDamagedAndGoOn() throws Exception {
        assertThatThrownBy(() -> inflate(new byte[] {(byte) 0xff, 1, 2}, true))
                .isInstanceOf(DataFormatException.class);
        inflating.release();
        assertThat(inflate(deflated(new byte[] {'x'}), true)).isEqualTo("x");
    }

    @Test
    void shouldStopWhereAMessageComesToMoreThanItMay() throws Exception {
        byte[] most = new byte[LIMIT];
        assertThat(inflate(deflated(most), true)).hasSize(LIMIT);
        byte[] bomb = deflated(new byte[100 * LIMIT]);
        assertThat(bomb.length).isLessThan(LIMIT / 5);
        assertThatThrownBy(() -> inflate(bomb, true))
                .isInstanceOf(Inflating.TooLargeException.class);
    }
}
