package io.millrace.broker.service;

import io.millrace.bench.Commands;
import io.millrace.bench.Routed;
import io.millrace.bench.Sink;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

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

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The way of a message into a service, and of its answer out of it, on one thread: parsed, matched,
 * recorded, heard; said, matched, appended to the queue of who asked. Both threads' work, then, and
 * neither's waiting.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Commands.COUNT)
public class ServiceBenchmark {
    private static final byte[] ANSWER =
            "{\"stream\":\"ORDERS\",\"seq\":123456}".getBytes(StandardCharsets.US_ASCII);

    @Param({"16", "128", "1024"})
    int size;

    /** How many times {@link Commands#COUNT} inboxes are answered in turn: the cache holds few. */
    @Param({"1", "100"})
    int inboxes;

    private Routed routed;
    private ServicePeer peer;
    private Port port;
    private Commands[] commands;
    private NativeBlock answer;
    private Region answerBytes;
    private int next;

    @Setup
    public void setUp() {
        routed = new Routed(1, "SUB _INBOX.XnZ3bqPy7wjD1gZrV4kQ2m.* 1\r\n");
        commands = new Commands[inboxes];
        for (int i = 0; i < inboxes; i++) {
            commands[i] = new Commands(requests(i));
        }
        answer = NativeBlock.allocate(ANSWER.length);
        answerBytes = answer.region();
        answerBytes.put(0, ANSWER);
        peer =
                new ServicePeer(
                        "bench", -1, new Sink(new OutboundQueue(routed.chunks())), routed.chunks());
        routed.router().services().onOpen(peer);
        port = new Port(peer, () -> {});
        port.subscribe("$G", "orders.>");
        workOff();
    }

    private String requests(int inbox) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Commands.COUNT; i++) {
            int number = 1_000_000 + inbox * Commands.COUNT + i;
            text.append("PUB orders.new _INBOX.XnZ3bqPy7wjD1gZrV4kQ2m.").append(number);
            text.append(' ').append(size).append("\r\n").append("x".repeat(size)).append("\r\n");
        }
        return text.toString();
    }

    private void workOff() {
        port.flush();
        while (routed.router().workOff()) {
            // all of it
        }
        routed.router().flush(0);
    }

    /** Into the service. */
    @Benchmark
    public int hear() {
        return hear(false);
    }

    /** Into the service, and an answer out of it. */
    @Benchmark
    public int answer() {
        long before = routed.bytes();
        int heard = hear(true);
        workOff();
        if (routed.bytes() - before < (long) Commands.COUNT * ANSWER.length) {
            throw new IllegalStateException("bytes: " + (routed.bytes() - before));
        }
        return heard;
    }

    private int hear(boolean answers) {
        next = next + 1 == inboxes ? 0 : next + 1;
        routed.router().onFrames(routed.publisher(), commands[next].parse(), 1);
        routed.router().flush(0);
        int heard = 0;
        ServiceMessage message = port.message();
        while (port.next()) {
            heard += message.payloadLength() == size && message.from().number() == 0 ? 1 : 0;
            if (answers) {
                port.publish(
                        message.from(),
                        message.bytes(),
                        message.replyOffset(),
                        message.replyLength(),
                        answerBytes,
                        0,
                        ANSWER.length);
            }
        }
        port.taken();
        if (heard != Commands.COUNT) {
            throw new IllegalStateException("heard " + heard);
        }
        return heard;
    }

    @TearDown
    public void tearDown() {
        routed.router().services().onClosed(peer);
        workOffGone();
        for (Commands each : commands) {
            each.close();
        }
        answer.close();
        routed.close();
    }

    private void workOffGone() {
        while (routed.router().workOff()) {
            // its subscriptions, too
        }
        routed.router().flush(0);
    }
}
