package io.millrace.broker.jetstream.api;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Writes text into native memory, one piece behind the other, without an object for any. */
final class RegionText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Region to = Region.NONE;
    private int start;
    private int at;

    void begin(Region out, int offset) {
        to = out;
        start = offset;
        at = offset;
    }

    /** Lets go of the memory; returns how many bytes were written. */
    int end() {
        to = Region.NONE;
        return at - start;
    }

    void put(byte[] bytes) {
        put(bytes, 0);
    }

    /** Bytes from an index on. */
    void put(byte[] bytes, int from) {
        int count = bytes.length - from;
        to.put(at, bytes, from, count);
        at += count;
    }

    void put(char single) {
        to.putByte(at, (byte) single);
        at++;
    }

    /** A number from 0 on. */
    void put(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            to.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        at += digits;
    }

    /** What stands between the quotes of a JSON string. */
    void putEscaped(Region from, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            byte b = from.getByte(i);
            if (b == '"' || b == '\\') {
                put('\\');
                put((char) b);
            } else if (b >= 0 && b < ' ') {
                putUnicode(b);
            } else {
                put((char) b);
            }
        }
    }

    private void putUnicode(byte b) {
        put('\\');
        put('u');
        put('0');
        put('0');
        put((char) HEX[b >> 4]);
        put((char) HEX[b & 0xF]);
    }
}
