package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.RequestInfo;

import java.nio.charset.StandardCharsets;

/**
 * The headers of a request on its way into another account: those that it has, and who asks. What
 * its sender says of that itself is left out, however it is spelled. Routing thread.
 */
final class RequestHeaders implements AutoCloseable {
    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};

    /** More isn't kept from one message to the next. */
    private static final int MOST_KEPT = 16 * 1024;

    private static final int FIRST_BYTES = 1024;

    private NativeBlock block = NativeBlock.allocate(FIRST_BYTES);
    private Region region = block.region();
    private int length;

    /**
     * Has a message say who asks.
     *
     * @param info the line that says so, with its end
     */
    void write(Message message, byte[] info) {
        int headerLength = message.headerLength();
        reserve(VERSION.length + headerLength + info.length + LINE_END.length);
        length = 0;
        if (headerLength == 0) {
            put(VERSION);
        } else {
            copy(message.headerBytes(), message.headerOffset(), headerLength);
        }
        put(info);
        put(LINE_END);
        message.withHeaders(region, 0, length);
    }

    /**
     * Copies all lines but empty ones, at the end or before, and those that are left out. Some
     * clients take a lone CR for the end of a line.
     */
    private void copy(Region from, int offset, int headerLength) {
        int end = offset + headerLength;
        int line = offset;
        boolean whole = true;
        while (line < end) {
            int behind = behindLine(from, line, end);
            int kept = behind - line;
            if (whole && isEmpty(from, line, kept)) {
                kept = 0;
            } else if (RequestInfo.is(from, line, behind)) {
                kept = 0;
                if (!whole) {
                    put(LINE_END);
                }
            }
            from.copy(line, region, length, kept);
            length += kept;
            whole = kept == 0 || region.getByte(length - 1) == '\n';
            line = behind;
        }
        if (length == 0 || region.getByte(length - 1) != '\n') {
            put(LINE_END);
        }
    }

    private static int behindLine(Region from, int line, int end) {
        int behind = Math.min(end, from.indexOf((byte) '\n', line, end) + 1);
        int cr = from.indexOf((byte) '\r', line, behind);
        return cr + 2 < behind ? cr + 1 : behind;
    }

    private static boolean isEmpty(Region from, int line, int bytes) {
        byte first = from.getByte(line);
        return bytes == 1 && (first == '\n' || first == '\r')
                || bytes == LINE_END.length && first == '\r';
    }

    private void put(byte[] bytes) {
        region.put(length, bytes);
        length += bytes.length;
    }

    private void reserve(int bytes) {
        int wanted = Math.max(FIRST_BYTES, bytes);
        if (region.length() < wanted || region.length() > MOST_KEPT && wanted <= MOST_KEPT) {
            block.close();
            block = NativeBlock.allocate(wanted);
            region = block.region();
        }
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        block.close();
    }
}
