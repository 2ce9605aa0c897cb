package io.millrace.broker.store;

import static io.millrace.broker.store.RecordLayout.FIELD_BYTES;
import static io.millrace.broker.store.RecordLayout.FLAGS;
import static io.millrace.broker.store.RecordLayout.HEADERS;
import static io.millrace.broker.store.RecordLayout.HEADER_LENGTH;
import static io.millrace.broker.store.RecordLayout.HEAD_BYTES;
import static io.millrace.broker.store.RecordLayout.KIND;
import static io.millrace.broker.store.RecordLayout.LENGTH;
import static io.millrace.broker.store.RecordLayout.MAX_SUBJECT_BYTES;
import static io.millrace.broker.store.RecordLayout.SEQUENCE;
import static io.millrace.broker.store.RecordLayout.STREAM;
import static io.millrace.broker.store.RecordLayout.TERM;
import static io.millrace.broker.store.RecordLayout.TIME;

import io.millrace.protocol.Checksum;
import io.millrace.protocol.Region;

/**
 * A record where it stands, a flyweight: good until whoever moved it here says or does something
 * else.
 */
public final class RecordView {
    private Region region = Region.NONE;
    private int offset;
    private int length;
    private int flags;
    private int subjectOffset;
    private int headerOffset;
    private int payloadOffset;

    /**
     * Moves to a record, if what stands there can be one: its lengths fit together and end before
     * {@code limit}. Whether it is what was written only {@link #isWhole} tells.
     *
     * @param limit behind the last byte that may belong to it, within the region
     * @return false if it can't be a record; the view is then undefined
     */
    public boolean moveTo(Region in, int at, int limit) {
        if (limit - at < HEAD_BYTES) {
            return false;
        }
        int bytes = in.getInt(at + LENGTH);
        if (bytes < HEAD_BYTES || bytes > limit - at) {
            return false;
        }
        int said = in.getByte(at + FLAGS);
        int content = RecordLayout.content(said);
        int behind = RecordLayout.behind(said);
        int subject = in.getInt(at + KIND) >>> Short.SIZE & MAX_SUBJECT_BYTES;
        int headers = 0;
        if ((said & HEADERS) != 0) {
            if (bytes < content) {
                return false;
            }
            headers = in.getInt(at + HEADER_LENGTH);
        }
        // Neither is below 0 then, so the sum can't wrap round.
        if (headers < 0 || headers > bytes || content + subject + behind > bytes - headers) {
            return false;
        }
        region = in;
        offset = at;
        length = bytes;
        flags = said;
        subjectOffset = at + content;
        headerOffset = subjectOffset + subject;
        payloadOffset = headerOffset + headers;
        return true;
    }

    /**
     * Whether it is what was sealed for this place.
     *
     * @param checksum of the region that it stands in
     */
    public boolean isWhole(Checksum checksum, long place) {
        return RecordSeal.isWhole(region, checksum, offset, length, place);
    }

    /** Where it stands; the offsets below are within it. */
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

    /** From its offset to where the next record may begin. */
    public int paddedLength() {
        return (int) RecordLayout.padded(length);
    }

    /** One of {@link RecordKind}, or a number that isn't known yet. */
    public int kind() {
        return region.getByte(offset + KIND) & 0xFF;
    }

    /** Flags of {@link RecordLayout}. */
    public int flags() {
        return flags & 0xFF;
    }

    /** The stream's number. */
    public int stream() {
        return region.getInt(offset + STREAM);
    }

    /** The message's sequence, or what the kind says. */
    public long sequence() {
        return region.getLong(offset + SEQUENCE);
    }

    /** Nanoseconds since the epoch. */
    public long timeNs() {
        return region.getLong(offset + TIME);
    }

    /** The term of the leader that wrote it; 0 without one. */
    public long term() {
        return (flags & TERM) == 0 ? 0 : region.getLong(subjectOffset - FIELD_BYTES);
    }

    public int subjectOffset() {
        return subjectOffset;
    }

    public int subjectLength() {
        return headerOffset - subjectOffset;
    }

    public int headerOffset() {
        return headerOffset;
    }

    /** Bytes of the headers, 0 without. */
    public int headerLength() {
        return payloadOffset - headerOffset;
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return offset + length - payloadOffset - RecordLayout.behind(flags);
    }
}
