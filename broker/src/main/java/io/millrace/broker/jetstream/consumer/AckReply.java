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

    /** Numbers from behind, of which all but the consumer's names consists. */
    private final byte[] digits = new byte[NUMBERS_BYTES];

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
        int at = number(digits.length, pending);
        at = number(dot(at), timeNs);
        at = number(dot(at), delivery);
        at = number(dot(at), sequence);
        at = number(dot(at), deliveries);
        int count = digits.length - at;
        region.put(consumer.length, digits, at, count);
        return bytes.at(region, 0, consumer.length + count);
    }

    private int dot(int end) {
        digits[end - 1] = '.';
        return end - 1;
    }

    /** Writes a number, not negative, that ends there; where it begins. */
    private int number(int end, long value) {
        int at = end;
        long left = value;
        while (left > Integer.MAX_VALUE) {
            long rest = left / 100;
            int two = (int) (left - rest * 100);
            digits[--at] = (byte) ('0' + two % 10);
            digits[--at] = (byte) ('0' + two / 10);
            left = rest;
        }
        int few = (int) left;
        do {
            int rest = few / 10;
            digits[--at] = (byte) ('0' + few - rest * 10);
            few = rest;
        } while (few > 0);
        return at;
    }

    @Override
    public void close() {
        memory.close();
    }
}
