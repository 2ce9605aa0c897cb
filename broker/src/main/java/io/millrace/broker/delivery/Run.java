package io.millrace.broker.delivery;

import io.millrace.protocol.Frame;
import io.millrace.protocol.MsgLine;
import io.millrace.protocol.Op;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * Messages that follow each other in a stretch, all on one subject and none with a reply: matched
 * once, and given to a subscriber in one piece before the next one's turn. So few and short that
 * they fit into the smallest chunk. One for a router, filled anew for each run; routing thread.
 *
 * <p>Subscribers number their subscriptions, so many have the same sid: what one got is copied for
 * the next then.
 */
public final class Run {
    /** For one subscriber: what fits into any chunk, so that nothing is ever parted. */
    static final int MOST_BYTES = ChunkPool.SMALL_BYTES;

    /** Bytes of the longest sid that fits into a word, with its blanks. */
    private static final int SID_BYTES = Long.BYTES;

    private Message message = new Message();
    private Frame frame = message.frame();
    private int op;

    // Of a message from another server; undefined for others.
    private int accountOffset;
    private int accountLength;
    private int originOffset;
    private int originLength;

    private int first;
    private int count;
    private int tailBytes;
    private long payloadBytes;
    private boolean headers;

    /** Number behind the last frame of those that can't be spread at once. */
    private int partedUntil;

    /** Whose bytes {@link #copied} has; null while nobody has got the run. */
    private @Nullable SidText copiedSid;

    private Region copied = Region.NONE;
    private int copiedOffset;

    /** Another stretch begins. */
    public void beginStretch() {
        partedUntil = 0;
    }

    /**
     * Finds the messages that can be spread with one.
     *
     * @param published the message that its frame stands at, to where that returns
     * @param at number of that frame
     * @param end number behind the last frame of the stretch
     * @return whether there are any
     */
    public boolean begin(Message published, int at, int end) {
        // Where the next is no message it has no hash, but that is found out then.
        return at + 1 < end
                && at >= partedUntil
                && published.frame().subjectHash(at + 1) == published.subjectHash()
                && isSimple(published.frame())
                && collect(published, at, end);
    }

    private boolean collect(Message published, int at, int end) {
        Frame along = published.frame();
        message = published;
        frame = along;
        first = at;
        count = 1;
        copiedSid = null;
        op = along.op();
        accountOffset = along.accountOffset();
        accountLength = along.accountLength();
        originLength = along.originLength();
        originOffset = originLength == 0 ? 0 : along.originOffset();
        headers = along.headerLength() > 0;
        tailBytes = along.tailLength();
        payloadBytes = along.payloadLength();
        int prefix = prefixBytes(SID_BYTES);
        int left = MOST_BYTES - prefix - tailBytes;
        while (at + count < end) {
            along.moveTo(at + count);
            left -= prefix + along.tailLength();
            if (left < 0 || along.op() != op || !isSimple(along) || !isOnSame(along)) {
                break;
            }
            count++;
            tailBytes += along.tailLength();
            payloadBytes += along.payloadLength();
        }
        along.moveTo(at);
        return count > 1;
    }

    /** Whether a message needs nothing but to be delivered, with its tail as it is. */
    private static boolean isSimple(Frame each) {
        return each.isPlainTail() && each.secondLength() == 0;
    }

    /** Whether a message is on the same subject of the same account, and comes from as far. */
    private boolean isOnSame(Frame each) {
        return isOnSubject(each)
                && (op == Op.PUB || op == Op.HPUB || isInAccount(each) && isOfOrigin(each));
    }

    /** Whether a message comes from leaf nodes of the same cluster: it doesn't go back there. */
    private boolean isOfOrigin(Frame routed) {
        return routed.originLength() == originLength
                && (originLength == 0
                        || routed.bytes()
                                .equal(
                                        routed.originOffset(),
                                        message.frame().bytes(),
                                        originOffset,
                                        originLength));
    }

    private boolean isInAccount(Frame routed) {
        return routed.accountLength() == accountLength
                && routed.bytes()
                        .equal(
                                routed.accountOffset(),
                                message.frame().bytes(),
                                accountOffset,
                                accountLength);
    }

    private boolean isOnSubject(Frame each) {
        return each.subjectLength() == message.subjectLength()
                && each.bytes()
                        .equal(
                                each.subjectOffset(),
                                message.subjectBytes(),
                                message.subjectOffset(),
                                message.subjectLength());
    }

    /** They can't be spread at once: none of them begins another run. */
    public void part() {
        partedUntil = first + count;
    }

    /** Number of messages, at least 2. */
    public int count() {
        return count;
    }

    /** Bytes of all headers and payloads. */
    public long payloadBytes() {
        return payloadBytes;
    }

    /** Whether all of them have headers; else none has. */
    public boolean hasHeaders() {
        return headers;
    }

    /** Bytes of all of them for a subscription whose sid {@linkplain SidText#isWord is short}. */
    public int bytes(SidText sid) {
        return count * prefixBytes(sid.length()) + tailBytes;
    }

    private int prefixBytes(int sidBytes) {
        return MsgLine.prefixBytes(message.subjectLength(), headers, sidBytes);
    }

    /**
     * The message of a number, until the next is asked for.
     *
     * @param index from 0 to {@link #count} - 1
     */
    public Message message(int index) {
        frame.moveTo(first + index);
        return message.of(frame);
    }

    /** Appends all of them, for a subscription whose sid {@linkplain SidText#isWord is short}. */
    public void write(OutboundQueue queue, SidText sid) {
        int bytes = bytes(sid);
        Chunk chunk = queue.reserve(bytes);
        int at = chunk.written;
        if (sid.isSameWord(copiedSid)) {
            copied.copy(copiedOffset, chunk.region, at, bytes);
        } else {
            write(chunk.region, at, sid);
        }
        copiedSid = sid;
        copied = chunk.region;
        copiedOffset = at;
        queue.commit(bytes);
    }

    private void write(Region to, int at, SidText sid) {
        int prefix = prefixBytes(sid.length());
        int next = at;
        for (int i = 0; i < count; i++) {
            frame.moveTo(first + i);
            MsgLine.write(
                    message.subjectBytes(),
                    message.subjectOffset(),
                    message.subjectLength(),
                    frame,
                    headers,
                    sid.word(),
                    sid.length(),
                    to,
                    next);
            next += prefix + frame.tailLength();
        }
    }
}
