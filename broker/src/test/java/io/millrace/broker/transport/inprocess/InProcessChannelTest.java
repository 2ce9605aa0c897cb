package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The channel keeps what sockets promise: back-pressure both ways, order, an end. */
@Timeout(120)
class InProcessChannelTest {
    private static final Executor OWN_THREADS = task -> Thread.ofPlatform().daemon().start(task);

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InProcessChannel channel = new InProcessChannel(4, new Unread());
    private final Pipe pipe = channel.pipe();
    private final InProcessConnection application = new InProcessConnection(pipe);
    private final Received received = new Received();

    /** Collects what is read. */
    private static final class Received extends ChannelInboundHandlerAdapter {
        final ByteBuf bytes = Unpooled.buffer();
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        volatile int count;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes.writeBytes(read);
            read.release();
            count = bytes.writerIndex();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ended.complete(count);
        }
    }

    @BeforeEach
    void register() throws Exception {
        channel.pipeline().addLast(received);
        loops.register(channel).sync();
    }

    @AfterEach
    void end() throws Exception {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >> 8));
        }
        return bytes;
    }

    private void onLoop(Runnable task) throws Exception {
        channel.eventLoop().submit(task).sync();
    }

    private CompletableFuture<Void> writing(byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        application.write(bytes, 0, bytes.length);
                        application.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                OWN_THREADS);
    }

    @Test
    void shouldHoldTheApplicationBackWhileNothingIsRead() throws Exception {
        byte[] bytes = bytes(1_000_000);
        onLoop(() -> channel.config().setAutoRead(false));
        CompletableFuture<Void> writing = writing(bytes);
        while (pipe.readable() < Pipe.CAPACITY) {
            Thread.yield();
        }
        onLoop(() -> {});
        assertThat(received.count).isZero();
        assertThat(writing).isNotDone();

        onLoop(() -> channel.config().setAutoRead(true));
        writing.get(60, TimeUnit.SECONDS);
        assertThat(received.ended.get(60, TimeUnit.SECONDS)).isEqualTo(bytes.length);
        assertThat(Arrays.equals(received.bytes.array(), 0, bytes.length, bytes, 0, bytes.length))
                .isTrue();
    }

    @Test
    void shouldEndABlockedWriteWhenTheServerIsAboutToClose() throws Exception {
        shouldEndABlockedWrite(pipe::shutServersEar);
    }

    @Test
    void shouldEndABlockedWriteWhenTheServerCloses() throws Exception {
        shouldEndABlockedWrite(channel::close);
    }

    @Test
    void shouldEndABlockedWriteWhenTheApplicationCloses() throws Exception {
        shouldEndABlockedWrite(application::close);
    }

    private void shouldEndABlockedWrite(Runnable end) throws Exception {
        onLoop(() -> channel.config().setAutoRead(false));
        CompletableFuture<Void> writing = writing(bytes(1_000_000));
        while (pipe.readable() < Pipe.CAPACITY) {
            Thread.yield();
        }
        end.run();
        assertThatThrownBy(() -> writing.get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void shouldKeepWhatTheApplicationDoesntReadUntilItDoes() throws Exception {
        byte[] bytes = bytes(1_000_000);
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        onLoop(() -> {});
        assertThat(written.isDone()).isFalse();

        byte[] got = new byte[bytes.length];
        for (int done = 0; done < got.length; ) {
            done += application.read(got, done, Math.min(1_000, got.length - done));
        }
        assertThat(got).isEqualTo(bytes);
        written.sync();
        channel.close().sync();
        assertThat(application.read(got, 0, 1)).isEqualTo(-1);
    }

    @Test
    void shouldGiveWhatWasWrittenBeforeTheServerClosed() throws Exception {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1, 2, 3})).sync();
        channel.close().sync();
        byte[] got = new byte[10];
        assertThat(pipe.keptBytes()).isEqualTo(4);
        assertThat(application.read(got, 0, 10)).isEqualTo(3);
        assertThat(application.read(got, 0, 10)).isEqualTo(-1);
        assertThat(pipe.keptBytes()).isZero();
    }

    @Test
    void shouldTakeForReadWhatAnApplicationThatIsGoneWontRead() throws Exception {
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes(1_000_000)));
        onLoop(() -> {});
        assertThat(written.isDone()).isFalse();
        application.close();
        written.sync();
        received.ended.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldEndWithItsLoop() throws Exception {
        CompletableFuture<Integer> reading =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return application.read(new byte[1], 0, 1);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        OWN_THREADS);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
    }
}
