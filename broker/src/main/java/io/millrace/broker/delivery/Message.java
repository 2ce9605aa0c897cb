package io.millrace.broker.delivery;

import io.millrace.protocol.Frame;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * The message that is being routed: subject, reply, headers and payload, where they stand. One for
 * a router, moved along; nothing is copied.
 *
 * <p>The subject it is delivered under can be {@linkplain #under another} than the one it was
 * published to; all else is the {@linkplain #frame frame's}.
 */
public final class Message {
    private Frame frame = new Frame();
    private Region subjectBytes = Region.NONE;
    private int subjectOffset;
    private int subjectLength;
    private long subjectHash;
    private long cid;

    /** Says which connection has published what it becomes from here on. */
    public void from(long newCid) {
        cid = newCid;
    }

    /** The number of the connection that has published it. */
    public long cid() {
        return cid;
    }

    /** Becomes the message of a frame, for as long as that isn't moved. */
    public Message of(Frame published) {
        Region bytes = published.bytes();
        // A reference that stays isn't written: each write is noted down for the collector.
        if (frame != published) {
            frame = published;
        }
        if (subjectBytes != bytes) {
            subjectBytes = bytes;
        }
        subjectOffset = published.subjectOffset();
        subjectLength = published.subjectLength();
        subjectHash = published.subjectHash();
        return this;
    }

    /**
     * Is delivered under another subject from here on.
     *
     * @param bytes where that stands, for as long as the message is being routed
     */
    public Message under(Region bytes, int offset, int length) {
        subjectBytes = bytes;
        subjectOffset = offset;
        subjectLength = length;
        subjectHash = bytes.hash(offset, length);
        return this;
    }

    // --- the subject it is delivered under

    /** Where the subject stands. */
    public Region subjectBytes() {
        return subjectBytes;
    }

    public int subjectOffset() {
        return subjectOffset;
    }

    public int subjectLength() {
        return subjectLength;
    }

    /** {@link Region#hash} of the subject. */
    public long subjectHash() {
        return subjectHash;
    }

    /** A copy of the subject, its bytes taken for characters. */
    public String subject() {
        return new String(
                subjectBytes.bytes(subjectOffset, subjectLength), StandardCharsets.ISO_8859_1);
    }

    // --- everything else

    /** What was published, its subject included. */
    public Frame frame() {
        return frame;
    }

    /** Where reply, headers and payload stand. */
    public Region bytes() {
        return frame.bytes();
    }

    public int replyOffset() {
        return frame.secondOffset();
    }

    /** 0 for none. */
    public int replyLength() {
        return frame.secondLength();
    }

    /** Bytes of the headers; 0 for none. */
    public int headerLength() {
        return frame.headerLength();
    }

    /** Bytes of headers and payload. */
    public int payloadLength() {
        return frame.payloadLength();
    }

    /** Where the headers begin, or the payload if there are none. */
    public int payloadOffset() {
        return frame.payloadOffset();
    }
}
