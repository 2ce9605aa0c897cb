package io.millrace.bench;

import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * Commands of a client or of another server in native memory, as an I/O loop reads them, and their
 * frames.
 */
public final class Commands implements AutoCloseable {
    /** Commands in a stretch: as many as fit into 64 KiB with payloads of 1 KiB. */
    public static final int COUNT = 60;

    private static final int MAX_CONTROL_LINE = 4096;
    private static final int MAX_PAYLOAD = 1024 * 1024;

    private final ProtocolParser parser;
    private final FrameBlock frames = new FrameBlock(2 * COUNT);
    private final NativeBlock memory;
    private final Region bytes;
    private final int length;

    /** Puts what a client says into native memory. */
    public Commands(String text) {
        this(text, ofClient());
    }

    private static CommandParser ofClient() {
        CommandParser parser = new CommandParser(MAX_CONTROL_LINE, MAX_PAYLOAD);
        parser.headers(true);
        return parser;
    }

    private Commands(String text, ProtocolParser parser) {
        this.parser = parser;
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        memory = NativeBlock.allocate(Math.max(1, ascii.length));
        bytes = memory.region();
        bytes.put(0, ascii);
        length = ascii.length;
    }

    /**
     * {@link #COUNT} messages.
     *
     * @param subject what they are published to; {@code %d} in it becomes the message's number
     * @param size bytes of each payload
     */
    public static Commands publishing(String subject, int size) {
        return publishing(number -> subject.replace("%d", "" + number), size);
    }

    /**
     * {@link #COUNT} messages.
     *
     * @param subject what each is published to, by its number
     * @param size bytes of each payload
     */
    public static Commands publishing(IntFunction<String> subject, int size) {
        return new Commands(messages(number -> "PUB " + subject.apply(number), size));
    }

    /** What another server says, in native memory. */
    public static Commands ofRoute(String text) {
        return new Commands(text, new RouteParser(MAX_CONTROL_LINE, MAX_PAYLOAD));
    }

    /**
     * {@link #COUNT} messages that come from another server.
     *
     * @param routing account, subject and queue groups
     * @param size bytes of each payload
     */
    public static Commands routed(String routing, int size) {
        return ofRoute(messages(number -> "RMSG " + routing, size));
    }

    private static String messages(IntFunction<String> beginning, int size) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            text.append(beginning.apply(i)).append(' ').append(size);
            text.append("\r\n").append("x".repeat(size)).append("\r\n");
        }
        return text.toString();
    }

    /** Finds the commands, and returns their frames. */
    public FrameBlock parse() {
        frames.reset(bytes);
        CommandParser.Status status = parser.parse(bytes, 0, length, frames);
        if (status != CommandParser.Status.NEED_MORE || parser.consumed() != length) {
            throw new IllegalStateException(status + " at " + parser.consumed());
        }
        return frames;
    }

    @Override
    public void close() {
        frames.free();
        memory.close();
    }
}
