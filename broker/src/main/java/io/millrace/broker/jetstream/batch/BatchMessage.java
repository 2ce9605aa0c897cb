package io.millrace.broker.jetstream.batch;

import io.millrace.protocol.Region;

/** Where the parts of a message stand. A flyweight of the shard thread. */
public final class BatchMessage {
    /** A part of it. */
    public static final class Part {
        private Region region = Region.NONE;
        private int offset;
        private int length;

        /** Is where that stands. */
        public void set(Region newRegion, int newOffset, int newLength) {
            region = newRegion;
            offset = newOffset;
            length = newLength;
        }

        /** The memory it stands in. */
        public Region region() {
            return region;
        }

        /** Where it begins. */
        public int offset() {
            return offset;
        }

        /** Its bytes, from 0. */
        public int length() {
            return length;
        }

        void copy(Region to, int at) {
            region.copy(offset, to, at, length);
        }
    }

    private final Part subject = new Part();
    private final Part headers = new Part();
    private final Part payload = new Part();

    /** The subject. */
    public Part subject() {
        return subject;
    }

    /** The headers; none if their length is 0. */
    public Part headers() {
        return headers;
    }

    /** The payload. */
    public Part payload() {
        return payload;
    }

    /** All of it. */
    long bytes() {
        return (long) subject.length + headers.length + payload.length;
    }
}
