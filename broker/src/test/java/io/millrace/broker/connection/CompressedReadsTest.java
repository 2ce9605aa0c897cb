package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.compression.S2Encoder;
import io.millrace.broker.compression.S2Level;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class CompressedReadsTest {
    private final StringBuilder read = new StringBuilder();
    private long bytes;
    private boolean waits;

    private final CompressedReads reads =
            new CompressedReads(
                    block -> {
                        bytes += block.readableBytes();
                        if (bytes < 1000) {
                            read.append(block.toString(StandardCharsets.US_ASCII));
                        }
                        block.release();
                    },
                    () -> waits);

    private static ByteBuf compressed(ByteBuf plain) {
        ByteBuf out = Unpooled.buffer();
        new S2Encoder().encode(S2Level.FAST, plain, out);
        return out;
    }

    private static ByteBuf compressed(String text) {
        return compressed(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldDecompressHoweverItIsCut() throws Exception {
        ByteBuf all = Unpooled.wrappedBuffer(compressed("PING\r\n"), compressed("RS+ $G a\r\n"));
        while (all.isReadable()) {
            reads.read(all.readBytes(1));
        }
        assertThat(read).hasToString("PING\r\nRS+ $G a\r\n");
        assertThat(reads.isWaiting()).isFalse();
    }

    /** A few kilobytes that come to 64 MiB: they are made one block at a time. */
    @Test
    void shouldDecompressNoMoreThanIsTaken() throws Exception {
        int blocks = 1024;
        ByteBuf bomb = compressed(Unpooled.buffer().writeZero(blocks * 64 * 1024));
        assertThat(bomb.readableBytes()).isLessThan(4 * 1024 * 1024);
        waits = true;
        reads.read(bomb);
        assertThat(bytes).isZero();
        assertThat(reads.isWaiting()).isTrue();
        waits = false;
        reads.goOn();
        assertThat(bytes).isEqualTo(blocks * 64L * 1024);
        assertThat(bomb.refCnt()).isZero();
    }

    @Test
    void shouldStopInTheMiddleWhenNothingMoreCanBeTaken() throws Exception {
        ByteBuf bomb = compressed(Unpooled.buffer().writeZero(10 * 64 * 1024));
        CompressedReads cautious =
                new CompressedReads(
                        block -> {
                            bytes += block.readableBytes();
                            block.release();
                            waits = true;
                        },
                        () -> waits);
        cautious.read(bomb);
        for (int block = 1; block <= 10; block++) {
            assertThat(bytes).isEqualTo(block * 64L * 1024);
            waits = false;
            cautious.goOn();
        }
        assertThat(bytes).isEqualTo(10 * 64L * 1024);
        assertThat(cautious.isWaiting()).isFalse();
    }

    @Test
    void shouldSayThatAStreamIsDamaged() {
        ByteBuf damaged = compressed("PING\r\n");
        damaged.setByte(damaged.readableBytes() - 1, 'x');
        assertThatThrownBy(() -> reads.read(damaged)).isInstanceOf(CorruptStreamException.class);
        reads.release();
        assertThat(damaged.refCnt()).isZero();
    }

    @Test
    void shouldGiveBackWhatWasNotRead() throws Exception {
        ByteBuf left = compressed("PING\r\n");
        waits = true;
        reads.read(left);
        reads.release();
        assertThat(left.refCnt()).isZero();
        assertThat(reads.isWaiting()).isFalse();
    }
}
