package io.millrace.broker.store.block;

import io.millrace.protocol.Region;

/**
 * Where the parts of a message lie that is to become a record; used again for the next one. Belongs
 * to one thread.
 */
public final class RecordParts {
    private Region subject = Region.NONE;
    private int subjectOffset;
    private int subjectLength;
    private Region headers = Region.NONE;
    private int headersOffset;
    private int headersLength;
    private Region payload = Region.NONE;
    private int payloadOffset;
    private int payloadLength;

    /** Its subject, at most 65,535 bytes. */
    public RecordParts subject(Region from, int offset, int bytes) {
        if (bytes < 0 || bytes > 0xFFFF) {
            throw new IllegalArgumentException("a subject of " + bytes + " bytes");
        }
        subject = from;
        subjectOffset = offset;
        subjectLength = bytes;
        return this;
    }

    /** Its headers, from {@code NATS/1.0} to the blank line; without a byte for none. */
    public RecordParts headers(Region from, int offset, int bytes) {
        headers = from;
        headersOffset = offset;
        headersLength = bytes;
        return this;
    }

    /** What follows the headers. */
    public RecordParts payload(Region from, int offset, int bytes) {
        payload = from;
        payloadOffset = offset;
        payloadLength = bytes;
        return this;
    }

    int subjectLength() {
        return subjectLength;
    }

    int headersLength() {
        return headersLength;
    }

    /** Bytes of all parts; more than an int has, perhaps. */
    long bytes() {
        return (long) subjectLength + headersLength + payloadLength;
    }

    /** Copies all, one behind the other. */
    void copy(Region to, int at) {
        subject.copy(subjectOffset, to, at, subjectLength);
        headers.copy(headersOffset, to, at + subjectLength, headersLength);
        payload.copy(payloadOffset, to, at + subjectLength + headersLength, payloadLength);
    }
}
