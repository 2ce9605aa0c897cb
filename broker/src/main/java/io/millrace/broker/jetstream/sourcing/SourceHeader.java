package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.OriginName;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header that says where a message is from: {@code <stream> <sequence> <filter> <destination>
 * <subject> [<identity>]}. Shard thread; one, written again for each message.
 */
final class SourceHeader {
    private static final int MOST_DIGITS = 19;

    private final byte[] place;
    private final byte[] copied;
    private byte[] identity = {};
    private byte[] bytes;
    private int length;

    SourceHeader(OriginName name) {
        place = (name.place() + ' ').getBytes(StandardCharsets.UTF_8);
        copied = (' ' + name.copied() + ' ').getBytes(StandardCharsets.UTF_8);
        bytes = new byte[place.length + copied.length + 256];
    }

    /** Of which of the streams of this name; empty where nobody said. */
    void identity(String its) {
        String text = its.isEmpty() ? "" : ' ' + its;
        identity = text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Is that of a message. */
    void of(long sequence, Bytes subject) {
        int most = place.length + MOST_DIGITS + copied.length + subject.length() + identity.length;
        if (bytes.length < most) {
            bytes = new byte[2 * most];
        }
        length = 0;
        put(place);
        put(sequence);
        put(copied);
        subject.region().get(subject.offset(), bytes, length, subject.length());
        length += subject.length();
        put(identity);
    }

    private void put(byte[] some) {
        System.arraycopy(some, 0, bytes, length, some.length);
        length += some.length;
    }

    private void put(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** The value, from its beginning. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    @Override
    public String toString() {
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
    }
}
