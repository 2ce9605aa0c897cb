package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * Headers of a message with one more, which the server adds as it delivers it. One for all
 * consumers of a shard, whose thread uses it.
 */
final class HeaderText implements AutoCloseable {
    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END = 2;
    private static final int SMALLEST = 4_096;

    private NativeBlock memory = NativeBlock.allocate(SMALLEST);
    private NativeBlock other = NativeBlock.allocate(SMALLEST);

    /**
     * Has headers say one thing more, until it is asked the next but one time.
     *
     * @param headers the whole block; empty for none; what it is on return stands here
     */
    void with(Bytes headers, String name, String value) {
        byte[] line = (name + ": " + value + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        int begin = headers.isEmpty() ? VERSION.length : headers.length() - LINE_END;
        int length = begin + line.length;
        Region to = room(length);
        if (headers.isEmpty()) {
            to.put(0, VERSION);
        } else {
            headers.region().copy(headers.offset(), to, 0, begin);
        }
        to.put(begin, line);
        headers.at(to, 0, length);
    }

    /** Memory that doesn't hold what was made last. */
    private Region room(int bytes) {
        NativeBlock free = other;
        if (free.region().length() < bytes) {
            free.close();
            free = NativeBlock.allocate(2 * bytes);
        }
        other = memory;
        memory = free;
        return free.region();
    }

    @Override
    public void close() {
        memory.close();
        other.close();
    }
}
