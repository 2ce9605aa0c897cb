package io.millrace.broker.delivery;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Asks one I/O loop to flush connections, on behalf of the routing thread.
 *
 * <p>On the loop itself (inline mode) a connection is flushed at once. From another thread it is
 * pushed on a stack, and the loop is woken only by the first push since it last emptied the stack:
 * one wake-up per stretch, however many connections it touches.
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

    /** Flushes a connection of this loop: at once, or as soon as the loop gets to it. */
    public void flush(SocketWriter writer) {
        if (loop.inEventLoop()) {
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
        SocketWriter writer = (SocketWriter) STACK.getAndSet(this, null);
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
