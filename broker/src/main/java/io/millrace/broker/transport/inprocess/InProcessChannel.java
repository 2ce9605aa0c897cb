package io.millrace.broker.transport.inprocess;

import io.millrace.broker.connection.InProcessAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;

import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The server's end of a {@link Pipe}, as a channel like that of a socket. Belongs to its I/O loop.
 *
 * <p>There is no descriptor that the loop could poll, so the application asks for a look with a
 * task. Tasks come before sockets, and could keep the loop from them for as long as the application
 * has something to say: so after a few reads the channel waits until the loop has looked at all
 * sockets.
 */
final class InProcessChannel extends AbstractChannel {
    /** What one read may take; the connection's allocator has its own idea. */
    private static final int READ_BYTES = 64 * 1024;

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final ChannelConfig config;
    private final int readsInATurn;
    private final Unread unread;
    private final Pipe pipe = new Pipe(this::ask, Pipe.CAPACITY);
    private final Runnable look = this::look;
    private final Runnable nextTurn = this::nextTurn;
    private final Runnable closeWithLoop = this::closeNow;

    private volatile boolean open = true;

    /** Whether the pipeline wants to be given what there is. */
    private boolean readWanted;

    private boolean reading;

    /** Reads since the loop has looked at its sockets. */
    private int readsThisTurn;

    /**
     * Makes one, to be registered with a loop.
     *
     * @param readsInATurn reads before the loop looks at its sockets, at least 1
     * @param unread where what the application hasn't read is kept when it is closed
     */
    InProcessChannel(int readsInATurn, Unread unread) {
        super(null);
        this.unread = unread;
        this.readsInATurn = readsInATurn;
        config =
                new DefaultChannelConfig(this) {
                    @Override
                    protected void autoReadCleared() {
                        readWanted = false;
                    }
                };
    }

    Pipe pipe() {
        return pipe;
    }

    // --- the application's threads

    /** Has the loop look at the pipe; if it has ended, nobody is left at this end. */
    private void ask() {
        try {
            eventLoop().execute(look);
        } catch (RejectedExecutionException e) {
            pipe.closeServersEnd();
        }
    }

    // --- the loop

    private void look() {
        pipe.answer();
        if (!open) {
            return;
        }
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        if (waiting != null && !waiting.isEmpty()) {
            unsafe().flush();
        }
        readIfWanted();
    }

    private void nextTurn() {
        readsThisTurn = 0;
        if (open) {
            readIfWanted();
        }
    }

    private void readIfWanted() {
        if (!readWanted || reading) {
            return;
        }
        // In this order: what the application wrote before it closed its end is read first.
        boolean last = pipe.isApplicationGone();
        if (!pipe.isReadable()) {
            if (last) {
                closeNow();
            }
        } else if (readsThisTurn < readsInATurn) {
            read0();
        }
    }

    private void read0() {
        reading = true;
        readWanted = false;
        try {
            do {
                if (++readsThisTurn == readsInATurn) {
                    // Not merely execute: the loop would come back before it looks at anything.
                    eventLoop().schedule(nextTurn, 0, TimeUnit.NANOSECONDS);
                }
                ByteBuf bytes = config.getAllocator().ioBuffer(READ_BYTES);
                pipe.read(bytes);
                pipeline().fireChannelRead(bytes);
            } while (open
                    && config.isAutoRead()
                    && readsThisTurn < readsInATurn
                    && pipe.isReadable());
            pipeline().fireChannelReadComplete();
        } catch (RuntimeException | Error e) {
            pipeline().fireExceptionCaught(e);
        } finally {
            reading = false;
        }
        if (open && readWanted) {
            ifMoreThanRead();
        }
    }

    /** What came meanwhile was asked for while this one was reading, or will be. */
    private void ifMoreThanRead() {
        if (readsThisTurn < readsInATurn && (pipe.isReadable() || pipe.isApplicationGone())) {
            ask();
        }
    }

    private void closeNow() {
        unsafe().close(voidPromise());
    }

    // --- Netty's questions

    @Override
    protected void doBeginRead() {
        if (readWanted) {
            return;
        }
        readWanted = true;
        if (!reading) {
            ifMoreThanRead();
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        boolean wrote = false;
        for (Object message = in.current(); message != null; message = in.current()) {
            ByteBuf bytes = (ByteBuf) message;
            int length = bytes.readableBytes();
            // What the application won't read any more is as good as read, as the kernel has it.
            int count = pipe.isUnwanted() ? length : pipe.write(bytes);
            if (count == length) {
                in.remove();
            } else {
                in.removeBytes(count);
            }
            wrote |= count > 0;
            if (count < length && pipe.mustWaitForRoom()) {
                break;
            }
        }
        if (wrote) {
            pipe.written();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException("only bytes go through a pipe");
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((SingleThreadEventExecutor) eventLoop()).addShutdownHook(closeWithLoop);
        promise.setSuccess();
    }

    @Override
    protected void doDeregister() {
        ((SingleThreadEventExecutor) eventLoop()).removeShutdownHook(closeWithLoop);
    }

    @Override
    protected void doClose() {
        open = false;
        unread.add(pipe.finish());
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a pipe has no address");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof SingleThreadEventExecutor;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("a pipe is connected"));
            }
        };
    }

    @Override
    protected SocketAddress localAddress0() {
        return InProcessAddress.PIPE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return InProcessAddress.PIPE;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }
}
