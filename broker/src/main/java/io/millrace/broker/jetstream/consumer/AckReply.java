package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * Writes replies of messages, {@link AckSubject}s: what is the same for all messages of a consumer
 * stands in front, the rest is written anew for each. One for all consumers of a shard, whose
 * thread uses it.
 */
public final class AckReply implements AutoCloseable {
    /** Of all numbers and the dots between them. */
    private static final int NUMBERS_BYTES = 5 * 20 + 4;

    private static final int MOST_NAMES_BYTES = 2 * 255 * 4 + 2;

    private final NativeBlock memory =
            NativeBlock.allocate(AckSubject.PREFIX.length() + MOST_NAMES_BYTES + NUMBERS_BYTES + 1);
    private final Region region = memory.region();
    private final Bytes bytes = new Bytes();
    private byte[] prefix = {};

    /** What stands in front of the numbers of a consumer. */
    static byte[] prefix(String stream, String consumer) {
        return (AckSubject.PREFIX + stream + '.' + consumer + '.').getBytes(StandardCharsets.UTF_8);
    }

    /** Writes one; valid until the next. */
    Bytes write(
            byte[] consumer,
            long deliveries,
            long sequence,
            long delivery,
            long timeNs,
            long pending) {
        if (prefix != consumer) {
            prefix = consumer;
            region.put(0, consumer);
        }
        int at = number(consumer.length, deliveries);
        at = number(dot(at), sequence);
        at = number(dot(at), delivery);
        at = number(dot(at), timeNs);
        at = number(dot(at), pending);
        return bytes.at(region, 0, at);
    }

    private int dot(int at) {
        region.putByte(at, (byte) '.');
        return at + 1;
    }

    private int number(int at, long value) {
        return write(region, at, value);
    }

    /** Writes a number, not negative; behind it. */
    static int write(Region to, int at, long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long left = value;
        for (int i = digits - 1; i >= 0; i--) {
            to.putByte(at + i, (byte) ('0' + left % 10));
            left /= 10;
        }
        return at + digits;
    }

    @Override
    public void close() {
        memory.close();
    }
}
