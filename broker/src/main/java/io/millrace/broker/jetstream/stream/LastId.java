package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The id of a stream's last message. Shard thread. */
final class LastId {
    private static final int LEAST_BYTES = 64;

    private byte[] bytes = new byte[LEAST_BYTES];
    private int length;

    /** The last message has the id that its headers say, or none. */
    void is(PublishHeaders headers) {
        length = headers.length(Header.MSG_ID);
        if (length > bytes.length) {
            bytes = new byte[2 * length];
        }
        if (length > 0) {
            headers.region().get(headers.offset(Header.MSG_ID), bytes, 0, length);
        }
    }

    /** Whether a header has it for its value. */
    boolean is(PublishHeaders headers, Header header) {
        if (headers.length(header) != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (headers.region().getByte(headers.offset(header) + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    void write(Sink out) throws IOException {
        out.putInt(length);
        for (int i = 0; i < length; i++) {
            out.putByte(bytes[i]);
        }
    }

    void restore(Source in) throws IOException {
        int stored = in.getInt();
        if (stored < 0 || stored > in.remaining()) {
            throw new IOException("a checkpoint has an id of " + stored + " bytes");
        }
        bytes = new byte[Math.max(LEAST_BYTES, stored)];
        length = stored;
        for (int i = 0; i < stored; i++) {
            bytes[i] = (byte) in.getByte();
        }
    }

    String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
