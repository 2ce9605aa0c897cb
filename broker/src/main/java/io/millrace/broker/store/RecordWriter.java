package io.millrace.broker.store;

import static io.millrace.broker.store.RecordLayout.FIELD_BYTES;
import static io.millrace.broker.store.RecordLayout.HEADERS;
import static io.millrace.broker.store.RecordLayout.HEADER_LENGTH;
import static io.millrace.broker.store.RecordLayout.KIND;
import static io.millrace.broker.store.RecordLayout.MAX_SUBJECT_BYTES;
import static io.millrace.broker.store.RecordLayout.SEQUENCE;
import static io.millrace.broker.store.RecordLayout.STREAM;
import static io.millrace.broker.store.RecordLayout.TERM;
import static io.millrace.broker.store.RecordLayout.TIME;

import io.millrace.protocol.Checksum;
import io.millrace.protocol.Region;

/**
 * The place of a record that is being written: fields are there, subject, headers and payload are
 * the caller's to fill in, all of their bytes.
 */
public final class RecordWriter {
    private Region region = Region.NONE;
    private int offset;
    private int length;
    private int subjectOffset;
    private int headerOffset;
    private int payloadOffset;

    /**
     * Bytes of a record with this content, without padding; more than an int can hold if there is
     * no such record.
     *
     * @throws IllegalArgumentException if a length is below 0, the subject's above 65,535, or there
     *     are headers without the flag
     */
    public static long length(int flags, int subjectLength, int headerLength, int payloadLength) {
        boolean sane =
                subjectLength <= MAX_SUBJECT_BYTES
                        && (subjectLength | headerLength | payloadLength) >= 0
                        && ((flags & HEADERS) != 0 || headerLength == 0);
        if (!sane) {
            throw new IllegalArgumentException(
                    "no record: subject of "
                            + subjectLength
                            + ", headers of "
                            + headerLength
                            + ", payload of "
                            + payloadLength);
        }
        return (long) RecordLayout.content(flags)
                + subjectLength
                + headerLength
                + payloadLength
                + RecordLayout.behind(flags);
    }

    /** Begins a record at an offset; its lengths were looked at by {@link #length}. */
    public RecordWriter begin(
            Region in,
            int at,
            int kind,
            int flags,
            int stream,
            long sequence,
            long timeNs,
            int subjectLength,
            int headerLength,
            int payloadLength) {
        region = in;
        offset = at;
        in.putLong(at + SEQUENCE, sequence);
        in.putLong(at + TIME, timeNs);
        in.putInt(at + STREAM, stream);
        in.putInt(
                at + KIND, kind & 0xFF | (flags & 0xFF) << Byte.SIZE | subjectLength << Short.SIZE);
        if ((flags & HEADERS) != 0) {
            in.putLong(at + HEADER_LENGTH, headerLength);
        }
        subjectOffset = at + RecordLayout.content(flags);
        if ((flags & TERM) != 0) {
            in.putLong(subjectOffset - FIELD_BYTES, 0);
        }
        headerOffset = subjectOffset + subjectLength;
        payloadOffset = headerOffset + headerLength;
        length = payloadOffset + payloadLength + RecordLayout.behind(flags) - at;
        return this;
    }

    /** Sets the term of a record that has {@link RecordLayout#TERM}; 0 before. */
    public void term(long term) {
        region.putLong(subjectOffset - FIELD_BYTES, term);
    }

    /** Seals it for a place and makes the padding behind it zeros. */
    public void end(Checksum checksum, long place) {
        int padding = (int) RecordLayout.padded(length) - length;
        for (int i = 0; i < padding; i++) {
            region.putByte(offset + length + i, (byte) 0);
        }
        RecordSeal.seal(region, checksum, offset, length, place);
    }

    /** Where it is written to; the offsets below are within it. */
    public Region region() {
        return region;
    }

    /** Where its head begins. */
    public int offset() {
        return offset;
    }

    /** Bytes of the whole record, without padding. */
    public int length() {
        return length;
    }

    public int subjectOffset() {
        return subjectOffset;
    }

    public int headerOffset() {
        return headerOffset;
    }

    public int payloadOffset() {
        return payloadOffset;
    }
}
