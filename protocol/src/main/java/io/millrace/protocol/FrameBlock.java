package io.millrace.protocol;

/**
 * What the parser found in one stretch of bytes: frames in the layout of {@link FrameLayout}.
 *
 * <p>Written by the thread that parses, then read by the thread that routes; it is handed over
 * whole, never shared.
 */
public final class FrameBlock {
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
