package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

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

    @Test
    void shouldKeepWhatIsUnreadAndNoMoreWhenNothingMoreIsWritten() {
        for (int read = 0; read <= CAPACITY; read++) {
            for (int unread = 0; unread <= CAPACITY; unread++) {
                ByteRing some = new ByteRing(CAPACITY);
                byte[] bytes = new byte[CAPACITY];
                some.write(bytes, 0, read);
                some.read(bytes, 0, read);
                for (byte i = 0; i < unread; i++) {
                    some.write(new byte[] {i}, 0, 1);
                }
                some.finish();
                assertThat(some.keptBytes()).isLessThan(Math.max(1, 2 * unread));
                assertThat(some.read(bytes, 0, CAPACITY)).isEqualTo(unread);
                for (byte i = 0; i < unread; i++) {
                    assertThat(bytes[i]).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void shouldNotKeepAgainWhatWasLetGoOf() {
        ring.write(new byte[3], 0, 3);
        ring.letGo();
        ring.finish();
        assertThat(ring.keptBytes()).isZero();
        assertThat(ring.read(new byte[3], 0, 3)).isZero();
        assertThat(ring.write(new byte[3], 0, 3)).isZero();
        assertThat(ring.readable()).isEqualTo(3);
    }

    /** Whoever reads sees the right bytes, and none after, whenever the ring goes. */
    @Test
    void shouldGoAtAnyTimeWhileOthersReadAndWrite() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            ByteRing shared = new ByteRing(CAPACITY);
            boolean finishes = round % 2 == 0;
            int most = round % 97;
            CompletableFuture<Integer> writer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                int written = 0;
                                while (written < most) {
                                    written += shared.write(new byte[] {(byte) written}, 0, 1);
                                    if (shared.keptBytes() == 0) {
                                        break;
                                    }
                                }
                                if (finishes) {
                                    shared.finish();
                                } else {
                                    shared.letGo();
                                }
                                return written;
                            });
            byte[] got = new byte[5];
            int read = 0;
            while (read < most) {
                boolean last = writer.isDone();
                int count = shared.read(got, 0, got.length);
                for (int i = 0; i < count; i++) {
                    assertThat(got[i]).isEqualTo((byte) (read + i));
                }
                read += count;
                if (last && count == 0) {
                    break;
                }
            }
            if (finishes) {
                assertThat(read).isEqualTo(writer.get());
            } else {
                assertThat(read).isLessThanOrEqualTo(writer.get());
            }
        }
    }
}
