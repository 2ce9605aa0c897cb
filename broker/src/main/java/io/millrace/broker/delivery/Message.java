package io.millrace.broker.delivery;

import io.millrace.protocol.Frame;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * The message that is being routed: subject, reply, headers and payload, where they stand. One for
 * a router, moved along; nothing is copied.
 *
 * <p>The subject it is delivered under can be {@linkplain #under another} than the one it was
 * published to, and clients can be {@linkplain #toldAs told a third one}: of a stream's message
 * that goes to an inbox they see the stream's subject. Where it crosses into another account, its
 * {@linkplain #replyingTo reply} and {@linkplain #withHeaders headers} can be others, too; all else
 * is the {@linkplain #frame frame's}.
 */
public final class Message {
    private Frame frame = new Frame();
    private Region subjectBytes = Region.NONE;
    private int subjectOffset;
    private int subjectLength;
    private long subjectHash;
    private long cid;
    private LeafCluster leafCluster = LeafCluster.NONE;
    private boolean fromClient;

    /** Whether reply or headers aren't the frame's. */
    private boolean rewritten;

    private boolean crossed;
    private boolean forAllQueues;

    /** Whether clients are told another subject than the one that it is routed by. */
    private boolean told;

    // Of one that is told as another; undefined for others.
    private Region toldBytes = Region.NONE;
    private int toldOffset;
    private int toldLength;

    // Of one that is rewritten; undefined for others.
    private Region replyBytes = Region.NONE;
    private int replyOffset;
    private int replyLength;
    private Region headerBytes = Region.NONE;
    private int headerOffset;
    private int headerLength;

    /** Says which connection has published what it becomes from here on. */
    public void from(long newCid) {
        from(newCid, LeafCluster.NONE);
    }

    /** The same, where a leaf node has. */
    public void from(long newCid, LeafCluster cluster) {
        cid = newCid;
        leafCluster = cluster;
        fromClient = false;
    }

    /** The same, where a client of this server has. */
    public void fromClient(long newCid) {
        from(newCid);
        fromClient = true;
    }

    /** Whether a client of this server has published it. */
    public boolean isFromClient() {
        return fromClient;
    }

    /** In another account nobody minds which leaf node it has come from. */
    public void fromNoLeaf() {
        leafCluster = LeafCluster.NONE;
    }

    /** The cluster of the leaf node that it has come from. */
    public LeafCluster leafCluster() {
        return leafCluster;
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
        rewritten = false;
        crossed = false;
        forAllQueues = false;
        told = false;
        return this;
    }

    /** Becomes what another one is, on its way into another account. */
    public Message crossing(Message other) {
        frame = other.frame;
        subjectBytes = other.subjectBytes;
        subjectOffset = other.subjectOffset;
        subjectLength = other.subjectLength;
        subjectHash = other.subjectHash;
        cid = other.cid;
        leafCluster = other.leafCluster;
        fromClient = other.fromClient;
        replyBytes = other.replyBytes();
        replyOffset = other.replyOffset();
        replyLength = other.replyLength();
        headerBytes = other.headerBytes();
        headerOffset = other.headerOffset();
        headerLength = other.headerLength();
        rewritten = other.rewritten;
        crossed = true;
        forAllQueues = false;
        told = other.told;
        toldBytes = other.toldBytes;
        toldOffset = other.toldOffset;
        toldLength = other.toldLength;
        return this;
    }

    /** Is for a member of each queue group, though another server has sent it and names none. */
    public void forAllQueues() {
        forAllQueues = true;
    }

    /**
     * Whether it is for a member of each queue group whoever has sent it, as that one knew nothing
     * of them.
     */
    public boolean isForAllQueues() {
        return crossed || forAllQueues;
    }

    /** Whether it has come from another account, as a request or an answer. */
    public boolean isCrossed() {
        return crossed;
    }

    /** Reply and headers are not the frame's from here on, though they still say the same. */
    private void rewrite() {
        if (!rewritten) {
            replyBytes = frame.bytes();
            replyOffset = frame.secondOffset();
            replyLength = frame.secondLength();
            headerBytes = frame.bytes();
            headerOffset = frame.payloadOffset();
            headerLength = frame.headerLength();
            rewritten = true;
        }
    }

    /**
     * Is to be answered under another subject from here on.
     *
     * @param bytes where that stands, for as long as the message is being routed
     * @param length 0 for no answer
     */
    public void replyingTo(Region bytes, int offset, int length) {
        rewrite();
        replyBytes = bytes;
        replyOffset = offset;
        replyLength = length;
    }

    /**
     * Has other headers from here on.
     *
     * @param bytes where those stand, for as long as the message is being routed
     * @param length 0 for none
     */
    public void withHeaders(Region bytes, int offset, int length) {
        rewrite();
        headerBytes = bytes;
        headerOffset = offset;
        headerLength = length;
    }

    /**
     * Is delivered under another subject from here on. Clients are told that one, too, unless they
     * are {@linkplain #isToldOtherwise told one of its own}.
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

    /**
     * Is for who listens on another subject from here on, though clients are told the one that it
     * has.
     *
     * @param bytes where the other one stands, for as long as the message is being routed
     * @param hash {@link Region#hash} of the other one
     */
    public void routedBy(Region bytes, int offset, int length, long hash) {
        toldAs(subjectBytes, subjectOffset, subjectLength);
        subjectBytes = bytes;
        subjectOffset = offset;
        subjectLength = length;
        subjectHash = hash;
    }

    /**
     * Clients are told another subject than the one that it has.
     *
     * @param bytes where the other one stands, for as long as the message is being routed
     */
    public void toldAs(Region bytes, int offset, int length) {
        told = true;
        toldBytes = bytes;
        toldOffset = offset;
        toldLength = length;
    }

    // --- the subject that clients are told

    /** Whether that is another one than the one that it is routed by. */
    public boolean isToldOtherwise() {
        return told;
    }

    /** Where the subject stands that clients are told. */
    public Region toldBytes() {
        return told ? toldBytes : subjectBytes;
    }

    public int toldOffset() {
        return told ? toldOffset : subjectOffset;
    }

    public int toldLength() {
        return told ? toldLength : subjectLength;
    }

    /** A copy of the subject that clients are told, its bytes taken for characters. */
    public String toldSubject() {
        return new String(
                toldBytes().bytes(toldOffset(), toldLength()), StandardCharsets.ISO_8859_1);
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

    /**
     * Whether all that stands behind the subject and the sid can be taken from the frame as it is;
     * see {@link Frame#isPlainTail}.
     */
    public boolean isPlainTail() {
        return !rewritten && frame.isPlainTail();
    }

    /**
     * Whether all of it is the frame's: then it stands there in one piece from the subject to the
     * end of the payload.
     */
    boolean isAsPublished() {
        return !rewritten && toldOffset() == frame.subjectOffset() && toldBytes() == frame.bytes();
    }

    /** Where the reply stands. */
    public Region replyBytes() {
        return rewritten ? replyBytes : frame.bytes();
    }

    public int replyOffset() {
        return rewritten ? replyOffset : frame.secondOffset();
    }

    /** 0 for none. */
    public int replyLength() {
        return rewritten ? replyLength : frame.secondLength();
    }

    /** A copy of the reply, its bytes taken for characters; empty for none. */
    public String reply() {
        return new String(
                replyBytes().bytes(replyOffset(), replyLength()), StandardCharsets.ISO_8859_1);
    }

    /** Where the headers stand. */
    public Region headerBytes() {
        return rewritten ? headerBytes : frame.bytes();
    }

    public int headerOffset() {
        return rewritten ? headerOffset : frame.payloadOffset();
    }

    /** Bytes of the headers; 0 for none. */
    public int headerLength() {
        return rewritten ? headerLength : frame.headerLength();
    }

    /** Bytes of headers and payload. */
    public int payloadLength() {
        return rewritten ? headerLength + bodyLength() : frame.payloadLength();
    }

    /** Where the payload stands, and the CRLF behind it. */
    public Region bodyBytes() {
        return frame.bytes();
    }

    /** Where the payload begins, headers aside. */
    public int bodyOffset() {
        return frame.payloadOffset() + frame.headerLength();
    }

    /** Bytes of the payload, headers aside. */
    public int bodyLength() {
        return frame.payloadLength() - frame.headerLength();
    }
}
