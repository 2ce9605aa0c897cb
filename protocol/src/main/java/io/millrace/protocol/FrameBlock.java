package io.millrace.protocol;

/**
 * What the parser found in one stretch of bytes: frames in the layout of {@link FrameLayout}.
 *
 * <p>Written by the thread that parses, then read by the thread that routes; it is handed over
 * whole, never shared.
 */
public final class FrameBlock {
    /** Bytes of CR LF. */
    private static final int LINE_END = 2;

    private final NativeBlock memory;
    private final int capacity;
    private final long frames;
    private Region bytes = Region.NONE;
    private int count;
    private int limit;

    /**
     * Makes an empty block.
     *
     * @param capacity frames it can hold, at least 1
     */
    public FrameBlock(int capacity) {
        this.capacity = capacity;
        this.limit = capacity;
        this.memory = NativeBlock.allocate(Math.multiplyExact(capacity, FrameLayout.SIZE));
        this.frames = memory.address();
    }

    /** Empties the block; the frames to come will point into this region. */
    public void reset(Region newBytes) {
        bytes = newBytes;
        count = 0;
    }

    /** Where everything stands that the frames' offsets point to. */
    public Region bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    /** Has it be full with so many frames; until this is called again. */
    public void limit(int frameCount) {
        limit = Math.clamp(frameCount, 1, capacity);
    }

    public boolean isFull() {
        return count >= limit;
    }

    /**
     * A view of frame {@code index}. Makes an object: who reads many frames moves one along.
     *
     * @throws IndexOutOfBoundsException if there is no such frame
     */
    public Frame frame(int index) {
        Frame frame = new Frame();
        frame.moveTo(this);
        frame.moveTo(index);
        return frame;
    }

    /** The address of a frame that there is, to be used with the offsets of {@link FrameLayout}. */
    long addressOf(int index) {
        if (Integer.compareUnsigned(index, count) >= 0) {
            throw new IndexOutOfBoundsException("frame " + index + " of " + count);
        }
        return address(index);
    }

    /** The same for any place of the block, unchecked. */
    long address(int place) {
        return frames + (long) place * FrameLayout.SIZE;
    }

    /** Appends a frame and returns its address; its other fields are for the caller to fill. */
    long append(int op) {
        if (count == capacity) {
            throw new IllegalStateException("block is full");
        }
        long frame = address(count++);
        Memory.putInt(frame + FrameLayout.OP, op);
        return frame;
    }

    /**
     * Appends a message that somebody describes who needs no parser for it: a PUB, or an HPUB if it
     * has headers. It stands there as if it had been parsed, with single blanks, so that its
     * {@linkplain Frame#isPlainTail tail} can be taken as it is.
     *
     * @param subject offset of the subject, behind which a blank and the tail follow
     * @param hash {@link Region#hash} of the subject
     * @param replyLength 0 for none; else the tail begins with it
     * @param headerLength 0 for none
     * @param payloadLength headers included
     * @param tailLength up to the CRLF behind the payload
     * @throws IndexOutOfBoundsException if it isn't within the bytes as a whole
     */
    public void message(
            int subject,
            int subjectLength,
            long hash,
            int replyLength,
            int headerLength,
            int payloadLength,
            int tailLength) {
        int tail = subject + subjectLength + 1;
        bytes.address(subject, subjectLength + 1 + tailLength);
        if (replyLength + payloadLength + LINE_END > tailLength || headerLength > payloadLength) {
            throw new IndexOutOfBoundsException("the tail is shorter than what stands in it");
        }
        long frame = append(headerLength > 0 ? Op.HPUB : Op.PUB);
        Memory.putInt(frame + FrameLayout.SUBJECT_OFFSET, subject);
        Memory.putInt(frame + FrameLayout.SUBJECT_LENGTH, subjectLength);
        Memory.putInt(frame + FrameLayout.FLAGS, FrameLayout.PLAIN_TAIL);
        Memory.putLong(frame + FrameLayout.SUBJECT_HASH, hash);
        Memory.putInt(frame + FrameLayout.TAIL_OFFSET, tail);
        Memory.putInt(frame + FrameLayout.TAIL_LENGTH, tailLength);
        Memory.putInt(frame + FrameLayout.SECOND_OFFSET, tail);
        Memory.putInt(frame + FrameLayout.SECOND_LENGTH, replyLength);
        Memory.putInt(frame + FrameLayout.HEADER_LENGTH, headerLength);
        Memory.putInt(frame + FrameLayout.PAYLOAD_LENGTH, payloadLength);
        Memory.putInt(frame + FrameLayout.ACCOUNT_LENGTH, 0);
        Memory.putInt(frame + FrameLayout.QUEUES_LENGTH, 0);
    }

    /** Takes the last frame back. */
    public void dropLast() {
        if (count == 0) {
            throw new IllegalStateException("block is empty");
        }
        count--;
    }

    public int op(int index) {
        return Memory.getInt(addressOf(index) + FrameLayout.OP);
    }

    /** Gives the memory back; the block can't be used afterwards. */
    public void free() {
        memory.close();
    }
}
