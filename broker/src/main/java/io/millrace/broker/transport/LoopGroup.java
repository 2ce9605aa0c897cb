package io.millrace.broker.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Loops that leave nothing behind when they end. Netty would tell of each loop's end on a thread of
 * its own, which then holds up the end of the process for a second.
 *
 * <p>So nobody is told: wait for each loop instead.
 */
final class LoopGroup extends MultiThreadIoEventLoopGroup {
    LoopGroup(int count, ThreadFactory threads, IoHandlerFactory handlers) {
        super(count, threads, handlers);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... none) {
        return new Loop(this, executor, handlers);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        private final Future<?> never = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);

        Loop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory handlers) {
            super(parent, executor, handlers);
        }

        @Override
        public Future<?> terminationFuture() {
            return never;
        }
    }
}
