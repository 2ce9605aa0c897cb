package io.millrace.broker.delivery;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Asks one I/O loop to flush connections, on behalf of the routing thread.
 *
 * <p>A connection is pushed on a stack, and the loop empties it when it gets to it; it is told by
 * the first push since the last time. So the connections of a stretch cost one wake-up together,
 * and in inline mode, where the loop gets to it when all sockets that were readable have been read,
 * what several clients send to one goes out in one system call. Only where much has gathered
 * already is it sent at once in inline mode, while it is in the processor's cache.
 */
public final class LoopFlusher implements Runnable {
    private static final VarHandle STACK;

    static {
        try {
            STACK =
                    MethodHandles.lookup()
                            .findVarHandle(LoopFlusher.class, "stack", SocketWriter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventLoop loop;

    @SuppressWarnings("unused")
    private @Nullable SocketWriter stack;

    public LoopFlusher(EventLoop loop) {
        this.loop = loop;
    }

    /** Has a connection of this loop flushed: at once, or as soon as the loop gets to it. */
    public void flush(SocketWriter writer) {
        if (loop.inEventLoop() && writer.hasMuchToSend()) {
            writer.flush();
        } else if (writer.requestFlush()) {
            push(writer);
        }
    }

    private void push(SocketWriter writer) {
        SocketWriter top;
        do {
            top = (SocketWriter) STACK.getVolatile(this);
            writer.nextToFlush = top;
        } while (!STACK.compareAndSet(this, top, writer));
        if (top == null) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        SocketWriter writer = (SocketWriter) STACK.getAndSet(this, (SocketWriter) null);
        while (writer != null) {
            SocketWriter next = writer.nextToFlush;
            writer.nextToFlush = null;
            try {
                writer.flushRequested();
            } catch (RuntimeException e) {
                // The others must not wait for ever because of this one.
                writer.failed(e);
            }
            writer = next;
        }
    }
}
