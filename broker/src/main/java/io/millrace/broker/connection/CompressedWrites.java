package io.millrace.broker.connection;

import io.millrace.broker.compression.S2Encoder;
import io.millrace.broker.compression.S2Level;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

import org.jspecify.annotations.Nullable;

/**
 * Compresses what a route writes, from some moment on; belongs to its I/O loop.
 *
 * <p>The socket writer takes a buffer that nobody holds for one that was sent, so each is held
 * until what it was compressed to is with the kernel.
 */
final class CompressedWrites extends ChannelOutboundHandlerAdapter {
    private final IoLoop loop;

    /** Null while nothing is compressed; whoever knows the round trip time sets it. */
    private volatile @Nullable S2Level level;

    CompressedWrites(IoLoop loop) {
        this.loop = loop;
    }

    /** Compresses so from here on. */
    void use(S2Level newLevel) {
        level = newLevel;
    }

    boolean isOn() {
        return level != null;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf plain = (ByteBuf) message;
        S2Level used = level;
        if (used == null || !plain.isReadable()) {
            context.write(plain, promise);
            return;
        }
        int most = S2Encoder.maxEncodedBytes(plain.readableBytes());
        ByteBuf compressed = ByteBufAllocator.DEFAULT.directBuffer(most);
        loop.encoder().encode(used, plain.duplicate(), compressed);
        ChannelPromise taken = context.newPromise();
        taken.addListener(_ -> plain.release());
        context.write(compressed, taken);
    }
}
