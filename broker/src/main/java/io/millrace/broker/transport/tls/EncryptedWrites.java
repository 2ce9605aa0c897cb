package io.millrace.broker.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLException;

/**
 * What lies between a connection and the encryption, so that the connection needn't know of it.
 *
 * <p>Encryption copies what is written and lets go of it at once, long before the kernel has taken
 * it. The socket writer takes a buffer that nobody holds for one that was sent; so every buffer is
 * held here until its ciphertext is with the kernel, and an empty write is done when the one before
 * it is. With that, pending bytes, the write deadline and the bound on what is in flight are those
 * of a connection without TLS.
 *
 * <p>What is passed on is a slice: the encryption may enlarge a buffer it gets, and write behind
 * its end.
 */
final class EncryptedWrites extends ChannelDuplexHandler {
    private @Nullable ChannelFuture last;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf plain = (ByteBuf) message;
        ChannelFuture before = last;
        if (!plain.isReadable() && before != null) {
            plain.release();
            before.addListener(
                    done -> {
                        if (done.isSuccess()) {
                            promise.trySuccess();
                        } else {
                            promise.tryFailure(done.cause());
                        }
                    });
            return;
        }
        plain.retain();
        ChannelPromise taken = promise.unvoid();
        taken.addListener(done -> plain.release());
        last = taken;
        context.write(plain.slice(), taken);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    /** A fault of the encryption is a fault of reading. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean wrapped =
                cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        context.fireExceptionCaught(wrapped ? cause.getCause() : cause);
    }
}
