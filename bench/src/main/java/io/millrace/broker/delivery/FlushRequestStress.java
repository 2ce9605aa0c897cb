package io.millrace.broker.delivery;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;

/** The router asks for flushes while the I/O loop does those that were asked for. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both stretches were sent")
@Outcome(expect = Expect.FORBIDDEN, desc = "a flush was lost, or its bytes sent twice")
@State
public class FlushRequestStress {
    private static final StageRecorder LATENCY = new StageRecorder(Stage.values());

    private final AtomicReference<Runnable> scheduled = new AtomicReference<>();
    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final LoopFlusher flusher = new LoopFlusher(fake(EventLoop.class, this::onLoopCall));
    private final SocketWriter writer =
            new SocketWriter(fake(Channel.class, this::onChannelCall), queue, () -> {}, LATENCY);
    private int sent;

    private static <T> T fake(Class<T> type, Call call) {
        InvocationHandler handler =
                (proxy, method, arguments) -> call.on(method.getName(), arguments);
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private interface Call {
        Object on(String method, Object[] arguments);
    }

    private Object onLoopCall(String method, Object[] arguments) {
        if (method.equals("execute")) {
            scheduled.set((Runnable) arguments[0]);
            return null;
        }
        return method.equals("inEventLoop") ? Boolean.FALSE : null;
    }

    private Object onChannelCall(String method, Object[] arguments) {
        if (method.equals("write")) {
            ByteBuf bytes = (ByteBuf) arguments[0];
            sent += bytes.readableBytes();
            bytes.release();
            return null;
        }
        return method.equals("isActive") ? Boolean.TRUE : null;
    }

    @Actor
    public void router() {
        queue.append(new byte[] {1});
        queue.publish(0);
        flusher.flush(writer);
        queue.append(new byte[] {2});
        queue.publish(0);
        flusher.flush(writer);
    }

    @Actor
    public void loop() {
        runScheduled();
    }

    private void runScheduled() {
        Runnable task = scheduled.getAndSet(null);
        if (task != null) {
            task.run();
        }
    }

    @Arbiter
    public void runTheRest(I_Result result) {
        runScheduled();
        result.r1 = sent;
        queue.release();
        pool.close();
    }
}
