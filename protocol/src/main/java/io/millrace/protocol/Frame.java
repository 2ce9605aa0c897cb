package io.millrace.protocol;

/**
 * A view of one frame of a {@link FrameBlock}, to be moved along the block: what the parser found,
 * without a copy. Belongs to whoever owns the block at that moment.
 *
 * <p>All offsets count from the start of {@link #bytes()}, which holds what they point to. What an
 * operation has no use for is undefined in its frames; {@link FrameLayout} says what each has.
 */
public final class Frame {
    /** Bytes of CR LF. */
    private static final int LINE_END = 2;

    /** What a frame that was never moved anywhere looks at. */
    private static final FrameBlock NOWHERE = new FrameBlock(1);

    private FrameBlock block = NOWHERE;
    private Region bytes = Region.NONE;

    /** Of the frame; of memory that the block has, always. */
    private long address = NOWHERE.address(0);

    /** Moves to a block as it is now, and to its first frame if there is one. */
    public void moveTo(FrameBlock newBlock) {
        block = newBlock;
        bytes = newBlock.bytes();
        address = newBlock.address(0);
    }

    /**
     * Moves to another frame of the block.
     *
     * @throws IndexOutOfBoundsException if the block has no such frame
     */
    public void moveTo(int index) {
        address = block.addressOf(index);
    }

    /** One of {@link Op}. */
    public int op() {
        return Memory.getInt(address + FrameLayout.OP);
    }

    /** Where everything stands that the offsets point to. */
    public Region bytes() {
        return bytes;
    }

    // --- subject: messages, SUB, RS+, RS-

    public int subjectOffset() {
        return Memory.getInt(address + FrameLayout.SUBJECT_OFFSET);
    }

    public int subjectLength() {
        return Memory.getInt(address + FrameLayout.SUBJECT_LENGTH);
    }

    /** {@link Region#hash} of a message's subject. */
    public long subjectHash() {
        return Memory.getLong(address + FrameLayout.SUBJECT_HASH);
    }

    /**
     * The same of another frame of the block; undefined if that is no message.
     *
     * @throws IndexOutOfBoundsException if the block has no such frame
     */
    public long subjectHash(int index) {
        return Memory.getLong(block.addressOf(index) + FrameLayout.SUBJECT_HASH);
    }

    /** A copy of the subject. */
    public byte[] subject() {
        return bytes.bytes(subjectOffset(), subjectLength());
    }

    // --- tail: of messages, "[reply] size(s) CRLF payload CRLF"; of SUB and UNSUB the sid; of
    // CONNECT and INFO the JSON

    public int tailOffset() {
        return Memory.getInt(address + FrameLayout.TAIL_OFFSET);
    }

    public int tailLength() {
        return Memory.getInt(address + FrameLayout.TAIL_LENGTH);
    }

    /** A copy of the tail. */
    public byte[] tail() {
        return bytes.bytes(tailOffset(), tailLength());
    }

    /**
     * Whether a message's tail can be copied as it is: behind {@code MSG subject sid} for a PUB or
     * RMSG, behind {@code HMSG subject sid} for an HPUB or HMSG.
     */
    public boolean isPlainTail() {
        return (Memory.getInt(address + FrameLayout.FLAGS) & FrameLayout.PLAIN_TAIL) != 0;
    }

    /** Whether a message has a {@code Nats-Trace-Dest} header; its tail isn't plain then. */
    public boolean isTraced() {
        return (Memory.getInt(address + FrameLayout.FLAGS) & FrameLayout.TRACED) != 0;
    }

    /** Whether a message has a {@code traceparent} header. */
    public boolean hasTraceParent() {
        return (Memory.getInt(address + FrameLayout.FLAGS) & FrameLayout.TRACE_PARENT) != 0;
    }

    // --- second: of messages the reply; of SUB, RS+ and RS- the queue group

    public int secondOffset() {
        return Memory.getInt(address + FrameLayout.SECOND_OFFSET);
    }

    /** 0 for none. */
    public int secondLength() {
        return Memory.getInt(address + FrameLayout.SECOND_LENGTH);
    }

    /** A copy of the reply or queue group; empty for none. */
    public byte[] second() {
        int length = secondLength();
        return bytes.bytes(length == 0 ? 0 : secondOffset(), length);
    }

    // --- numbers

    /** Bytes of a message's headers; 0 in PUB and RMSG. */
    public int headerLength() {
        return Memory.getInt(address + FrameLayout.HEADER_LENGTH);
    }

    /** Bytes of a message's headers and payload. */
    public int payloadLength() {
        return Memory.getInt(address + FrameLayout.PAYLOAD_LENGTH);
    }

    /** Where a message's headers begin, or its payload if it has none. */
    public int payloadOffset() {
        return tailOffset() + tailLength() - LINE_END - payloadLength();
    }

    /** Of an UNSUB: the messages after which the subscription ends; 0 for at once. */
    public int maxMessages() {
        return Memory.getInt(address + FrameLayout.HEADER_LENGTH);
    }

    /** Of an RS+: the weight of the queue group; 0 without one. */
    public int weight() {
        return Memory.getInt(address + FrameLayout.HEADER_LENGTH);
    }

    // --- what routes add

    public int accountOffset() {
        return Memory.getInt(address + FrameLayout.ACCOUNT_OFFSET);
    }

    /** 0 on a route that carries one account only. */
    public int accountLength() {
        return Memory.getInt(address + FrameLayout.ACCOUNT_LENGTH);
    }

    /** A copy of the account's name; empty for none. */
    public byte[] account() {
        return bytes.bytes(accountOffset(), accountLength());
    }

    /**
     * Bytes of the name of the leaf node's cluster that a message or interest comes from; 0 for
     * none.
     */
    public int originLength() {
        return Memory.getInt(address + FrameLayout.FLAGS) >>> FrameLayout.ORIGIN_SHIFT;
    }

    /** Where that name begins, if there is one. */
    public int originOffset() {
        int behind = accountLength() > 0 ? accountOffset() : subjectOffset();
        return behind - 1 - originLength();
    }

    /** A copy of it; empty for none. */
    public byte[] origin() {
        return bytes.bytes(originLength() == 0 ? 0 : originOffset(), originLength());
    }

    /** Of the queue groups of an RMSG or HMSG, parted by one blank each. */
    public int queuesOffset() {
        return Memory.getInt(address + FrameLayout.QUEUES_OFFSET);
    }

    /** 0 for none. */
    public int queuesLength() {
        return Memory.getInt(address + FrameLayout.QUEUES_LENGTH);
    }

    /** A copy of the queue groups; empty for none. */
    public byte[] queues() {
        return bytes.bytes(queuesOffset(), queuesLength());
    }
}
