package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Flushes asked for by another thread than the loop's: none lost, none in vain. */
class LoopFlusherTest {
    private static final int CONNECTIONS = 64;
    private static final int STRETCHES = 50_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(90);

    private final EventLoop loop = new DefaultEventLoop();
    private final LoopFlusher flusher = new LoopFlusher(loop);
    private final ChunkPool pool = new ChunkPool();
    private final List<Connection> connections = new ArrayList<>();

    LoopFlusherTest() {
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new Connection(pool));
        }
    }

    @AfterEach
    void end() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        connections.forEach(connection -> connection.queue.release());
        pool.close();
    }

    /** A connection whose kernel counts what it takes. */
    private static final class Connection extends ChannelOutboundHandlerAdapter {
        final OutboundQueue queue;
        final SocketWriter writer;
        long appendedBytes;
        volatile long takenBytes;
        int flushes;

        Connection(ChunkPool pool) {
            queue = new OutboundQueue(pool);
            writer =
                    new SocketWriter(
                            new EmbeddedChannel(this),
                            queue,
                            () -> {},
                            new StageRecorder(Stage.values()));
        }

        void append(int bytes) {
            queue.append(new byte[bytes]);
            appendedBytes += bytes;
            queue.publish(0);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ByteBuf bytes = (ByteBuf) message;
            long taken = takenBytes + bytes.readableBytes();
            bytes.release();
            takenBytes = taken;
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            flushes++;
        }
    }

    private static void waitForAllBytes(Connection connection, long deadlineNs, String hint) {
        while (connection.takenBytes < connection.appendedBytes) {
            assertThat(System.nanoTime()).as("a flush was lost; " + hint).isLessThan(deadlineNs);
            // Spinning would take the core that the loop needs, where there are few.
            Thread.yield();
        }
    }

    /** Runs on the loop, behind all that it was asked to do. */
    private void onLoop(Runnable task) throws Exception {
        loop.submit(task).get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldFlushLittleOnTheLoopItselfWhenTheLoopHasDoneWhatItIsAt() throws Exception {
        Connection connection = connections.getFirst();
        onLoop(
                () -> {
                    for (int i = 0; i < 3; i++) {
                        connection.append(10);
                        flusher.flush(connection.writer);
                        assertThat(connection.takenBytes).isZero();
                    }
                });
        onLoop(() -> {});
        assertThat(connection.takenBytes).isEqualTo(30);
        assertThat(connection.flushes).isEqualTo(1);
    }

    @Test
    void shouldFlushMuchAtOnceOnTheLoopItself() throws Exception {
        Connection connection = connections.getFirst();
        onLoop(
                () -> {
                    connection.append(20_000);
                    flusher.flush(connection.writer);
                    assertThat(connection.takenBytes).isEqualTo(20_000);
                });
    }

    @Test
    void shouldFlushEachConnectionOnceHoweverOftenItIsAskedFor() throws Exception {
        CountDownLatch busy = holdLoop();
        for (int round = 0; round < 10; round++) {
            for (Connection connection : connections) {
                connection.append(10);
                flusher.flush(connection.writer);
            }
        }
        busy.countDown();
        onLoop(() -> {});
        for (Connection connection : connections) {
            assertThat(connection.takenBytes).isEqualTo(100);
            assertThat(connection.flushes).isEqualTo(1);
        }
    }

    @Test
    void shouldFlushNobodyWhoDidNotAsk() throws Exception {
        connections.forEach(connection -> connection.append(10));
        flusher.flush(connections.get(3).writer);
        flusher.flush(connections.get(5).writer);
        onLoop(() -> {});
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(connections.get(i).takenBytes).isEqualTo(i == 3 || i == 5 ? 10 : 0);
        }
    }

    private CountDownLatch holdLoop() {
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(
                () -> {
                    try {
                        assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        return held;
    }

    /** As the routing thread does: some connections in each stretch, while the loop flushes. */
    @Test
    void shouldLoseNoFlushWhileLoopIsFlushing() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        String hint = "replay with -Dmillrace.seed=" + seed;
        Random random = new Random(seed);
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        for (int stretch = 0; stretch < STRETCHES; stretch++) {
            int targets = 1 + random.nextInt(4);
            for (int i = 0; i < targets; i++) {
                Connection connection = connections.get(random.nextInt(CONNECTIONS));
                connection.append(1 + random.nextInt(200));
                flusher.flush(connection.writer);
            }
            // Nothing comes after the last flush that could make up for it.
            if (random.nextInt(16) == 0) {
                connections.forEach(each -> waitForAllBytes(each, deadlineNs, hint));
            }
        }
        connections.forEach(each -> waitForAllBytes(each, deadlineNs, hint));
    }
}
