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

    private final DecompressionSpace space = new DecompressionSpace();
    private final CompressedReads reads = new CompressedReads(new Reader(), space);
    private boolean cautious;
    private boolean takesTurns;
    private int starvations;
    private int turns;
    private long held;

    private final class Reader implements CompressedReads.Reader {
        @Override
        public void accept(ByteBuf piece) {
            bytes += piece.readableBytes();
            if (bytes < 1000) {
                read.append(piece.toString(StandardCharsets.US_ASCII));
            }
            piece.release();
            waits |= cautious;
        }

        @Override
        public boolean waits() {
            return waits;
        }

        @Override
        public void starved() {
            starvations++;
        }

        @Override
        public void othersTurn() {
            turns++;
            waits |= takesTurns;
        }

        @Override
        public void holds(int more) {
            held += more;
        }
    }

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
        cautious = true;
        reads.read(bomb);
        for (int block = 1; block <= 10; block++) {
            assertThat(bytes).isEqualTo(block * 64L * 1024);
            waits = false;
            reads.goOn();
        }
        assertThat(bytes).isEqualTo(10 * 64L * 1024);
        assertThat(reads.isWaiting()).isFalse();
    }

    @Test
    void shouldGiveOthersTheirTurnWhileMuchIsDecompressed() throws Exception {
        CompressedReads other = new CompressedReads(new Reader(), space);
        ByteBuf bomb = compressed(Unpooled.buffer().writeZero(64 * 64 * 1024));
        takesTurns = true;
        reads.read(bomb);
        for (int turn = 1; turn <= 4; turn++) {
            assertThat(turns).isEqualTo(turn);
            assertThat(bytes).isEqualTo(turn * 1024L * 1024 + (turn - 1) * 6L);
            waits = false;
            other.read(compressed("PING\r\n"));
            assertThat(bytes).isEqualTo(turn * (1024L * 1024 + 6));
            reads.goOn();
        }
        assertThat(reads.isWaiting()).isFalse();
        assertThat(starvations).isZero();
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

    @Test
    void shouldDecompressForOneAtATimeWhoseBlockIsNotTakenYet() throws Exception {
        CompressedReads other = new CompressedReads(new Reader(), space);
        cautious = true;
        reads.trust();
        reads.read(Unpooled.wrappedBuffer(bomb(1024 * 1024)));
        assertThat(bytes).isEqualTo(64 * 1024);
        waits = false;
        other.read(compressed("PING\r\n"));
        assertThat(starvations).isEqualTo(1);
        assertThat(bytes).isEqualTo(64 * 1024);
        cautious = false;
        reads.goOn();
        assertThat(bytes).isEqualTo(1024 * 1024);
        other.goOn();
        assertThat(bytes).isEqualTo(1024 * 1024 + 6);
        assertThat(other.isWaiting()).isFalse();
    }

    @Test
    void shouldGiveUpTheSpaceOfOneWhoIsGone() throws Exception {
        CompressedReads other = new CompressedReads(new Reader(), space);
        waits = false;
        assertThat(space.tryTake(reads)).isTrue();
        other.read(compressed("PING\r\n"));
        assertThat(starvations).isEqualTo(1);
        assertThat(other.isWaiting()).isTrue();
        reads.release();
        other.goOn();
        assertThat(read).hasToString("PING\r\n");
    }

    /** Its connection may take a while to close. */
    @Test
    void shouldGiveUpTheSpaceOfOneWhoseStreamIsDamaged() throws Exception {
        CompressedReads other = new CompressedReads(new Reader(), space);
        ByteBuf damaged = compressed("PING\r\n");
        damaged.setByte(damaged.readableBytes() - 1, 'x');
        assertThatThrownBy(() -> reads.read(damaged)).isInstanceOf(CorruptStreamException.class);
        other.read(compressed("PONG\r\n"));
        assertThat(starvations).isZero();
        assertThat(read).hasToString("PONG\r\n");
        reads.release();
    }

    /** A block of a mebibyte and a half of a chunk: strangers may neither. */
    @Test
    void shouldTakeLargeBlocksOnlyFromThoseWhoHaveSaidWhoTheyAre() throws Exception {
        byte[] megabyte = bomb(1024 * 1024);
        assertThatThrownBy(() -> reads.read(Unpooled.wrappedBuffer(megabyte)))
                .isInstanceOf(CorruptStreamException.class)
                .hasMessageContaining("larger than allowed");
        CompressedReads trusted = new CompressedReads(new Reader(), space);
        trusted.trust();
        reads.release();
        trusted.read(Unpooled.wrappedBuffer(megabyte));
        assertThat(bytes).isEqualTo(1024 * 1024);
        trusted.release();
        assertThat(held).isZero();
    }

    /** A stream of one block of zeros, copied from one byte by the longest copies there are. */
    private static byte[] bomb(int length) {
        ByteBuf block = Unpooled.buffer();
        for (int rest = length; ; rest >>>= 7) {
            block.writeByte(rest < 128 ? rest : rest & 127 | 128);
            if (rest < 128) {
                break;
            }
        }
        block.writeByte(0).writeByte(0);
        for (int done = 1; done < length; ) {
            int copy = Math.min(64, length - done);
            block.writeByte((copy - 1) << 2 | 2).writeShortLE(1);
            done += copy;
        }
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(new byte[length]);
        int sum = (int) crc.getValue();
        int masked = (sum >>> 15 | sum << 17) + 0xa282ead8;
        ByteBuf stream = Unpooled.buffer();
        stream.writeBytes(new byte[] {(byte) 0xff, 6, 0, 0, 'S', '2', 's', 'T', 'w', 'O'});
        stream.writeByte(0).writeMediumLE(4 + block.readableBytes()).writeIntLE(masked);
        stream.writeBytes(block);
        byte[] bytes = new byte[stream.readableBytes()];
        stream.readBytes(bytes);
        return bytes;
    }
}
