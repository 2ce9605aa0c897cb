package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Random;

/** Bytes come out as they went in, however they are cut, from arrays and buffers alike. */
class ByteRingTest {
    private static final int CAPACITY = 16;
    private static final int STEPS = 20_000;

    private final ByteRing ring = new ByteRing(CAPACITY);

    @Test
    void shouldTakeAsMuchAsThereIsRoomFor() {
        byte[] bytes = new byte[CAPACITY + 1];
        assertThat(ring.write(bytes, 0, bytes.length)).isEqualTo(CAPACITY);
        assertThat(ring.write(bytes, 0, 1)).isZero();
        assertThat(ring.readable()).isEqualTo(CAPACITY);
        assertThat(ring.read(bytes, 0, 5)).isEqualTo(5);
        assertThat(ring.writable()).isEqualTo(5);
        assertThat(ring.read(bytes, 0, bytes.length)).isEqualTo(CAPACITY - 5);
        assertThat(ring.read(bytes, 0, 1)).isZero();
    }

    @Test
    void shouldBehaveLikeAQueueOfBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ArrayDeque<Byte> queue = new ArrayDeque<>();
        byte next = 0;
        for (int step = 0; step < STEPS; step++) {
            byte[] bytes = new byte[random.nextInt(CAPACITY + 4)];
            ByteBuf buffer = Unpooled.buffer(CAPACITY + 8, CAPACITY + 8).setIndex(3, 3);
            boolean array = random.nextBoolean();
            if (random.nextBoolean()) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (next + i);
                }
                int count =
                        array
                                ? ring.write(bytes, 0, bytes.length)
                                : ring.write(buffer.writeBytes(bytes));
                assertThat(count)
                        .as("seed " + seed)
                        .isEqualTo(Math.min(bytes.length, CAPACITY - queue.size()));
                assertThat(buffer.readerIndex()).isEqualTo(3);
                for (int i = 0; i < count; i++) {
                    queue.add(next++);
                }
            } else {
                int wanted = array ? bytes.length : buffer.writableBytes();
                int count = array ? ring.read(bytes, 0, bytes.length) : ring.read(buffer);
                assertThat(count).as("seed " + seed).isEqualTo(Math.min(wanted, queue.size()));
                for (int i = 0; i < count; i++) {
                    byte got = array ? bytes[i] : buffer.getByte(3 + i);
                    assertThat(got).as("seed " + seed).isEqualTo(queue.remove());
                }
            }
            assertThat(ring.readable()).isEqualTo(queue.size());
            assertThat(ring.writable()).isEqualTo(CAPACITY - queue.size());
        }
    }
}
