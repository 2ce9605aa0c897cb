package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
        assertThat(block.frame(1) - block.frame(0)).isEqualTo(FrameLayout.SIZE);
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
        block.reset(4711);
        assertThat(block.count()).isZero();
        assertThat(block.isFull()).isFalse();
        assertThat(block.bytes()).isEqualTo(4711);
    }

    @Test
    void shouldAlignItsFramesForLongs() {
        assertThat(block.frame(0) % Long.BYTES).isZero();
        assertThat(FrameLayout.SIZE % Long.BYTES).isZero();
        assertThat(FrameLayout.SUBJECT_HASH % Long.BYTES).isZero();
    }
}
