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
    private long bytes;
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
        this.memory = NativeBlock.allocate((long) capacity * FrameLayout.SIZE);
        this.frames = memory.address();
    }

    /** Empties the block; the frames to come will point into memory that starts at this address. */
    public void reset(long bytesAddress) {
        bytes = bytesAddress;
        count = 0;
    }

    /** The address that every offset counts from. */
    public long bytes() {
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

    /** The address of frame {@code index}, to be read with the offsets of {@link FrameLayout}. */
    public long frame(int index) {
        return frames + (long) index * FrameLayout.SIZE;
    }

    /** Appends a frame and returns its address; its other fields are for the caller to fill. */
    long append(int op) {
        assert count < capacity : "block is full";
        long frame = frame(count++);
        Memory.putInt(frame + FrameLayout.OP, op);
        return frame;
    }

    /** Takes the last frame back. */
    public void dropLast() {
        assert count > 0 : "block is empty";
        count--;
    }

    public int op(int index) {
        return Memory.getInt(frame(index) + FrameLayout.OP);
    }

    /** Gives the memory back; the block can't be used afterwards. */
    public void free() {
        memory.close();
    }
}
