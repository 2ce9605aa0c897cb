package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Sees to it that one subscriber gets all messages of its subject, in order, and nothing else.
 *
 * <p>All are equally long, and their payloads begin with their numbers. So it is enough to look at
 * the last one of each read: if that stands where it should and has the number it should, so did
 * all before it. Only where it doesn't, because of a PING, they are looked at one by one.
 */
final class DeliveryCheck {
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] line;
    private final int lookedAtBytes;
    private final int messageBytes;
    private final int numbers;

    /** Messages of which at least one byte has come. */
    private long begun;

    /** Bytes that the message or PING lacks which came last. */
    private int lacking;

    private boolean pinged;

    /**
     * Makes one for a subscriber that has got nothing so far.
     *
     * @param line the first line of each message, with its end
     * @param size bytes of each payload, at least 8; its first 8 are the number
     * @param numbers how many numbers there are, from 0; after the last comes the first again
     */
    DeliveryCheck(String line, int size, int numbers) {
        this.line = line.getBytes(StandardCharsets.US_ASCII);
        this.numbers = numbers;
        lookedAtBytes = line.length() + Long.BYTES;
        messageBytes = line.length() + size + 2;
    }

    /** Messages that have come as a whole. */
    long messages() {
        return lacking > 0 && !pinged ? begun - 1 : begun;
    }

    /**
     * Takes what was read next, from index 0 to the position of the buffer.
     *
     * @throws IOException if it isn't what should come
     */
    void take(ByteBuffer read) throws IOException {
        int bytes = read.position();
        int from = Math.min(lacking, bytes);
        lacking -= from;
        if (from == bytes) {
            return;
        }
        int whole = (bytes - from) / messageBytes;
        int rest = (bytes - from) % messageBytes;
        if (!endsAsItShould(read, from, whole, rest)) {
            lookAtEach(read, from, bytes);
            return;
        }
        begun += whole;
        pinged = false;
        if (rest > 0) {
            begun++;
            lacking = messageBytes - rest;
        }
    }

    private boolean endsAsItShould(ByteBuffer read, int from, int whole, int rest) {
        int last = rest >= lookedAtBytes ? whole : whole - 1;
        if (last < 0) {
            return false;
        }
        if (last < whole && rest > 0 && read.get(from + whole * messageBytes) != line[0]) {
            return false;
        }
        int at = from + last * messageBytes;
        for (int i = 0; i < line.length; i++) {
            if (read.get(at + i) != line[i]) {
                return false;
            }
        }
        return read.getLong(at + line.length) == (begun + last) % numbers;
    }

    private void lookAtEach(ByteBuffer read, int from, int end) throws IOException {
        int at = from;
        while (at < end) {
            pinged = read.get(at) == PING[0];
            int seen = Math.min(pinged ? PING.length : messageBytes, end - at);
            if (pinged) {
                lookAtBytes(PING, read, at, seen);
                lacking = PING.length - seen;
            } else {
                lookAtBytes(line, read, at, Math.min(line.length, seen));
                if (seen >= lookedAtBytes) {
                    lookAtNumber(read.getLong(at + line.length));
                }
                begun++;
                lacking = messageBytes - seen;
            }
            at += seen;
        }
    }

    private static void lookAtBytes(byte[] expected, ByteBuffer read, int at, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            if (read.get(at + i) != expected[i]) {
                byte[] all = new byte[Math.min(80, read.position() - at)];
                read.get(at, all);
                String text = new String(all, StandardCharsets.ISO_8859_1);
                throw new IOException("a subscriber got what it shouldn't: " + text);
            }
        }
    }

    private void lookAtNumber(long number) throws IOException {
        if (number != begun % numbers) {
            throw new IOException(
                    "a subscriber got message %d instead of %d".formatted(number, begun % numbers));
        }
    }
}
