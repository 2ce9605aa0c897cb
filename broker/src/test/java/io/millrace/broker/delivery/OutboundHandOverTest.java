package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** What one thread appends, another sends: all of it, in order, and every chunk comes back. */
@Tag("property")
class OutboundHandOverTest {
    private static final int STRETCHES = 15_000 * Integer.getInteger("millrace.effort", 1);

    /** Takes bytes as a kernel does: at once, or some time later, in order. */
    private static final class Kernel extends ChannelOutboundHandlerAdapter {
        private record Held(ByteBuf bytes, ChannelPromise promise) {}

        private final Random random;
        private final int patience;
        private final ArrayDeque<Held> held = new ArrayDeque<>();
        private long position;

        Kernel(Random random, int patience) {
            this.random = random;
            this.patience = patience;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            held.add(new Held((ByteBuf) message, promise));
            if (patience == 0 || random.nextInt(patience) == 0) {
                takeAll();
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {}

        /** As when the channel is closed with bytes that it has not taken. */
        void refuseAll() {
            while (!held.isEmpty()) {
                Held next = held.remove();
                next.bytes.release();
                if (!next.promise.isVoid()) {
                    next.promise.setFailure(new ClosedChannelException());
                }
            }
        }

        void takeAll() {
            while (!held.isEmpty()) {
                Held next = held.remove();
                while (next.bytes.isReadable()) {
                    byte expected = (byte) (position++ * 31 >>> 3);
                    if (next.bytes.readByte() != expected) {
                        throw new AssertionError("wrong byte at " + (position - 1));
                    }
                }
                next.bytes.release();
                if (!next.promise.isVoid()) {
                    next.promise.setSuccess();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 50})
    void shouldSendEveryByteInOrder(int patience) throws Exception {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        ChunkPool pool = new ChunkPool();
        OutboundQueue queue = new OutboundQueue(pool);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long[] total = new long[1];
        Thread sender =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        send(queue, new Random(seed), patience, done, total);
                                    } catch (Throwable e) {
                                        failure.set(e);
                                    }
                                });
        Random random = new Random(~seed);
        long position = 0;
        for (int i = 0; i < STRETCHES && failure.get() == null; i++) {
            int appends = 1 + random.nextInt(4);
            for (int a = 0; a < appends; a++) {
                byte[] bytes = new byte[size(random)];
                for (int b = 0; b < bytes.length; b++) {
                    bytes[b] = (byte) (position++ * 31 >>> 3);
                }
                queue.append(bytes);
            }
            queue.publish(0);
            // Bounded, so that a slow sender doesn't make the test a test of memory.
            while (queue.isPendingOver(8_000_000) && failure.get() == null) {
                Thread.yield();
            }
        }
        total[0] = position;
        done.set(true);
        assertThat(sender.join(Duration.ofSeconds(90))).isTrue();
        assertThat(failure.get()).as("seed %d", seed).isNull();
        assertThat(queue.pendingBytes()).isZero();
        queue.release();
        assertThat(queue.holdsChunk()).as("an idle queue holds no chunk").isFalse();
        pool.close();
    }

    private static int size(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> 1 + random.nextInt(60_000);
            case 1, 2 -> 1 + random.nextInt(5_000);
            default -> 1 + random.nextInt(100);
        };
    }

    private static void send(
            OutboundQueue queue, Random random, int patience, AtomicBoolean done, long[] total) {
        Kernel kernel = new Kernel(random, patience);
        EmbeddedChannel channel = new EmbeddedChannel(kernel);
        SocketWriter writer =
                new SocketWriter(
                        channel,
                        queue,
                        () -> {},
                        new StageRecorder(Stage.SOCKET_WRITE, Stage.READ_TO_SENT));
        while (true) {
            boolean last = done.get();
            writer.flush();
            kernel.takeAll();
            if (last && kernel.position == total[0]) {
                writer.flush();
                return;
            }
        }
    }

    @Test
    void shouldGiveChunksBackWhenConnectionEndsWithUnsentBytes() {
        ChunkPool pool = new ChunkPool();
        OutboundQueue queue = new OutboundQueue(pool);
        for (int i = 0; i < 100; i++) {
            queue.append(new byte[10_000]);
            queue.publish(0);
        }
        assertThat(queue.pendingBytes()).isEqualTo(1_000_000);
        queue.append(new byte[10]);
        queue.release();
        assertThat(queue.holdsChunk()).isFalse();
        assertThat(queue.pendingBytes()).isZero();
        pool.close();
    }

    /** The kernel holds a batch of several chunks, and more wait behind it, when all ends. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 100})
    void shouldFreeAllMemoryWhenConnectionEndsWhileItIsBlocked(int stretches) {
        Set<ByteBuf> written = Collections.newSetFromMap(new IdentityHashMap<>());
        Kernel kernel = new Kernel(new Random(1), Integer.MAX_VALUE);
        EmbeddedChannel channel = new EmbeddedChannel(kernel);
        ChunkPool pool = new ChunkPool();
        OutboundQueue queue = new OutboundQueue(pool);
        SocketWriter writer =
                new SocketWriter(channel, queue, () -> {}, new StageRecorder(Stage.values()));
        for (int i = 0; i < stretches; i++) {
            queue.append(new byte[30_000]);
            queue.publish(0);
            writer.flush();
        }
        assertThat(writer.isBlocked()).isTrue();
        kernel.held.forEach(held -> written.add(held.bytes()));
        kernel.refuseAll();
        channel.close();
        queue.release();
        pool.close();
        assertThat(written).isNotEmpty().allMatch(chunk -> chunk.refCnt() == 0 || !isChunk(chunk));
        assertThat(writer.blockedChunks()).isZero();
    }

    private static boolean isChunk(ByteBuf bytes) {
        return bytes.capacity() > 0;
    }
}
