package io.millrace.broker.delivery;

import io.millrace.bench.Commands;
import io.millrace.protocol.Frame;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.util.concurrent.TimeUnit;

/** Appending one message to an outbound queue, and taking it out at the other end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class MessageWriterBenchmark {
    private static final String SUBJECT = "orders.new";

    @Param({"16", "128", "1024"})
    int size;

    private final SidText sid = new SidText(new byte[] {'4', '2'});
    private final ChunkPool pool = new ChunkPool();
    private final OutboundQueue queue = new OutboundQueue(pool);
    private final DiscardingWriter out = new DiscardingWriter(queue);
    private final MessageWriter writer = new MessageWriter();
    private Commands commands;
    private final Frame frame = new Frame();
    private final Message message = new Message();
    private int expected;

    @Setup
    public void setUp() {
        commands = Commands.publishing(SUBJECT, size);
        frame.moveTo(commands.parse());
        expected = Commands.COUNT * ("MSG " + SUBJECT + " 42 " + size + "\r\n\r\n").length();
        expected += Commands.COUNT * size;
    }

    @Benchmark
    public long write() {
        long before = out.bytes();
        for (int i = 0; i < Commands.COUNT; i++) {
            frame.moveTo(i);
            writer.write(queue, message.of(frame), sid, true);
        }
        queue.publish(0);
        out.flush();
        if (out.bytes() - before != expected) {
            throw new IllegalStateException("bytes: " + (out.bytes() - before));
        }
        return before;
    }

    @TearDown
    public void tearDown() {
        commands.close();
        queue.release();
        pool.close();
    }
}
