package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
