package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.HeaderBlock;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Changes the headers of a message that is to be kept. Shard thread. */
final class HeaderEdits {
    private static final byte[] VERSION = "NATS/1.0".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] EXPECTATIONS = "Nats-Expected-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH = "Nats-Batch-".getBytes(StandardCharsets.US_ASCII);

    /** Both line ends behind the version. */
    private static final int EMPTY_BYTES = 4;

    private final HeaderBlock block = new HeaderBlock();

    void remove(Incoming message, Header header) {
        load(message);
        block.remove(header);
        keep(message);
    }

    /** Gives a header another value; it is the last one then, as in the reference. */
    void set(Incoming message, Header header, String value) {
        load(message);
        block.remove(header);
        block.add(header, value);
        keep(message);
    }

    /** Gives a header another value where it stands, or adds it. */
    void replace(Incoming message, Header header, String value) {
        load(message);
        block.set(header, value);
        keep(message);
    }

    /**
     * Takes away what the first publisher of a message expected, and its place in a batch: neither
     * is looked at where it is copied to.
     */
    void copy(Incoming message) {
        if (!message.headers.isEmpty()) {
            load(message);
            removeExpectations();
            if (block.length() != message.headers.length()) {
                keep(message);
            }
        }
    }

    /**
     * The same, and says where it is from, in the place of what another copy said.
     *
     * @param origin the value, from its beginning
     */
    void copy(Incoming message, byte[] origin, int length) {
        load(message);
        block.remove(Header.STREAM_SOURCE);
        removeExpectations();
        block.add(Header.STREAM_SOURCE, origin, length);
        keep(message);
    }

    private void removeExpectations() {
        if (block.length() > 0) {
            block.removeAll(EXPECTATIONS);
            block.removeAll(BATCH);
        }
    }

    /** Adds a header, if the message has none of it. */
    void setIfMissing(Incoming message, PublishHeaders its, Header header, String value) {
        if (!its.hasValue(header)) {
            load(message);
            block.add(header, value);
            keep(message);
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

    private void keep(Incoming message) {
        int length = block.length();
        Region room = message.room(length);
        int at = message.used();
        block.copy(room, at);
        message.headers.at(room, at, length);
        message.use(length);
    }

    private void load(Incoming message) {
        Bytes headers = message.headers;
        block.load(headers.region(), headers.offset(), headers.length());
    }
}
