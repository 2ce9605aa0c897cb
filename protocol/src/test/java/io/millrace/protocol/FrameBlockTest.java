package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class FrameBlockTest {
    private final FrameBlock block = new FrameBlock(2);

    @AfterEach
    void free() {
        block.free();
    }

    @Test
    void shouldBeEmptyAtFirst() {
        assertThat(block.count()).isZero();
        assertThat(block.isFull()).isFalse();
    }

    @Test
    void shouldKeepFramesInTheirOrder() {
        block.append(Op.PING);
        block.append(Op.PONG);
        assertThat(block.isFull()).isTrue();
        assertThat(block.op(0)).isEqualTo(Op.PING);
        assertThat(block.op(1)).isEqualTo(Op.PONG);
        assertThat(block.addressOf(1) - block.addressOf(0)).isEqualTo(FrameLayout.SIZE);
    }

    @Test
    void shouldTakeTheLastFrameBack() {
        block.append(Op.PING);
        block.append(Op.CONNECT);
        block.dropLast();
        assertThat(block.count()).isEqualTo(1);
        assertThat(block.op(0)).isEqualTo(Op.PING);
    }

    @Test
    void shouldBeEmptyAgainAfterAReset() {
        block.append(Op.PING);
        block.append(Op.PING);
        Region bytes = Region.of(4711, 10);
        block.reset(bytes);
        assertThat(block.count()).isZero();
        assertThat(block.isFull()).isFalse();
        assertThat(block.bytes()).isSameAs(bytes);
    }

    /** What is described is what the parser finds, so that nobody can tell the two apart. */
    @Test
    void shouldHoldAMessageThatIsDescribedAsIfItWereParsed() {
        String text = "HPUB a.bc re.ply 12 15\r\nNATS/1.0\r\n\r\nxyz\r\n";
        try (NativeBlock memory = NativeBlock.allocate(text.length())) {
            Region bytes = memory.region();
            bytes.put(0, text.getBytes(StandardCharsets.US_ASCII));
            CommandParser parser = new CommandParser(100, 100);
            parser.headers(true);
            block.reset(bytes);
            parser.parse(bytes, 0, text.length(), block);
            block.message(5, 4, bytes.hash(5, 4), 6, 12, 15, text.length() - 10);
            assertThat(block.count()).isEqualTo(2);
            Frame parsed = block.frame(0);
            Frame described = block.frame(1);
            assertThat(described.op()).isEqualTo(parsed.op());
            assertThat(described.subject()).isEqualTo(parsed.subject());
            assertThat(described.subjectHash()).isEqualTo(parsed.subjectHash());
            assertThat(described.tail()).isEqualTo(parsed.tail());
            assertThat(described.second()).isEqualTo(parsed.second());
            assertThat(described.headerLength()).isEqualTo(parsed.headerLength());
            assertThat(described.payloadLength()).isEqualTo(parsed.payloadLength());
            assertThat(described.payloadOffset()).isEqualTo(parsed.payloadOffset());
            assertThat(described.isPlainTail()).isEqualTo(parsed.isPlainTail()).isTrue();
        }
    }

    @Test
    void shouldRefuseAMessageThatIsNotWithinItsBytes() {
        try (NativeBlock memory = NativeBlock.allocate(20)) {
            block.reset(memory.region());
            assertThatThrownBy(() -> block.message(0, 5, 0, 0, 0, 5, 15))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> block.message(0, 5, 0, 5, 0, 5, 11))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> block.message(0, 5, 0, 0, 6, 5, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(block.count()).isZero();
        }
    }

    @Test
    void shouldHaveNoFrameButThoseAppended() {
        block.append(Op.PING);
        for (int index : new int[] {-1, 1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> block.frame(index))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> block.op(index)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        block.append(Op.PING);
        assertThatThrownBy(() -> block.append(Op.PING)).isInstanceOf(IllegalStateException.class);
        block.reset(Region.NONE);
        assertThatThrownBy(block::dropLast).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldAlignItsFramesForLongs() {
        assertThat(block.address(0) % Long.BYTES).isZero();
        assertThat(FrameLayout.SIZE % Long.BYTES).isZero();
        assertThat(FrameLayout.SUBJECT_HASH % Long.BYTES).isZero();
    }
}
