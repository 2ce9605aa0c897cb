package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.HeaderBlock;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Changes the headers of a message that is to be kept. Shard thread. */
final class HeaderEdits {
    private static final byte[] VERSION = "NATS/1.0".getBytes(StandardCharsets.US_ASCII);

    /** Both line ends behind the version. */
    private static final int EMPTY_BYTES = 4;

    private final HeaderBlock block = new HeaderBlock();

    void remove(Incoming message, Header header) {
        load(message);
        block.remove(header);
        message.keep(message.headers, block.bytes());
    }

    /** Gives a header another value; it is the last one then, as in the reference. */
    void set(Incoming message, Header header, String value) {
        load(message);
        block.remove(header);
        block.add(header, value);
        message.keep(message.headers, block.bytes());
    }

    /** Adds a header, if the message has none of it. */
    void setIfMissing(Incoming message, PublishHeaders its, Header header, String value) {
        if (!its.hasValue(header)) {
            load(message);
            block.add(header, value);
            message.keep(message.headers, block.bytes());
        }
    }

    /**
     * Takes a status off the first line: messages that are kept have none.
     *
     * <p>As the reference does it: if nothing is left then, there are no headers.
     */
    void removeStatus(Incoming message) {
        Bytes headers = message.headers;
        Region region = headers.region();
        int start = headers.offset();
        int end = start + headers.length();
        if (headers.length() <= VERSION.length
                || region.getByte(start + VERSION.length) == '\r'
                || !region.equal(start, VERSION)) {
            return;
        }
        int lineEnd = region.indexOf((byte) '\r', start, end);
        if (lineEnd == end) {
            return;
        }
        if (end - lineEnd <= EMPTY_BYTES) {
            headers.none();
            return;
        }
        byte[] kept = new byte[VERSION.length + end - lineEnd];
        System.arraycopy(VERSION, 0, kept, 0, VERSION.length);
        region.get(lineEnd, kept, VERSION.length, end - lineEnd);
        message.keep(headers, kept);
    }

    private void load(Incoming message) {
        Bytes headers = message.headers;
        block.load(headers.region(), headers.offset(), headers.length());
    }
}
