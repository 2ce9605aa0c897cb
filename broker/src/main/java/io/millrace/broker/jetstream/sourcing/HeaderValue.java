package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Headers that consumers send, which no stream keeps. Shard thread. */
final class HeaderValue {
    /** Of heartbeats: the consumer's last delivery. */
    static final HeaderValue LAST_DELIVERY = new HeaderValue("Nats-Last-Consumer");

    /** Of heartbeats: the flow control that it waits for. */
    static final HeaderValue STALLED = new HeaderValue("Nats-Consumer-Stalled");

    /** Which one of the streams of this name, of which there may have been several. */
    static final HeaderValue IDENTITY = new HeaderValue("Nats-Stream-Identity");

    private static final byte[] CONTROL = "NATS/1.0 100 ".getBytes(StandardCharsets.US_ASCII);

    private final byte[] start;

    private HeaderValue(String name) {
        start = (name + ':').getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether headers are those of a heartbeat or of flow control. */
    static boolean isControl(Bytes headers) {
        return headers.length() >= CONTROL.length
                && headers.region().equal(headers.offset(), CONTROL);
    }

    /** Has a range be the value; an empty one if there is none. */
    void find(Bytes headers, Bytes value) {
        value.none();
        Region region = headers.region();
        int end = headers.offset() + headers.length();
        int line = behindLine(region, headers.offset(), end);
        while (line < end) {
            int next = behindLine(region, line, end);
            if (end - line > start.length && region.equal(line, start)) {
                value(region, line + start.length, next, value);
                return;
            }
            line = next;
        }
    }

    private static void value(Region region, int from, int next, Bytes value) {
        int begin = from;
        int end = next;
        while (begin < end && region.getByte(begin) == ' ') {
            begin++;
        }
        while (end > begin
                && (region.getByte(end - 1) == '\n' || region.getByte(end - 1) == '\r')) {
            end--;
        }
        value.at(region, begin, end - begin);
    }

    private static int behindLine(Region region, int from, int end) {
        return Math.min(end, region.indexOf((byte) '\n', from, end) + 1);
    }
}
