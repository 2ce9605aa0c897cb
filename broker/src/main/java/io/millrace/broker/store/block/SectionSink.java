package io.millrace.broker.store.block;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the sections of a checkpoint are written to: buffers that are then written elsewhere. Shard
 * thread.
 */
public final class SectionSink implements Sink {
    private static final int BUFFER_BYTES = CheckpointLayout.MOST_FRAME_BYTES;
    private static final int HEAD_BYTES = CheckpointLayout.FRAME_HEAD_BYTES;

    /** More wait only if a section is written in one go. */
    private static final int MEANT_TO_WAIT = 4;

    private final Debtor debtor;
    private final Deque<NativeBlock> free = new ArrayDeque<>();
    private final Deque<Filled> waiting = new ArrayDeque<>();
    private int away;
    private NativeBlock buffer;
    private Region region;
    private int fill;

    /** Where the head of the frame stands that is being filled; -1 outside of sections. */
    private int frame = -1;

    private long sectionBytes;
    private long sections;
    private long highestPosition;

    /** A buffer with whole frames. */
    record Filled(NativeBlock memory, int bytes) {}

    SectionSink(Debtor debtor) {
        this.debtor = debtor;
        buffer = allocate();
        region = buffer.region();
    }

    /**
     * Begins a section.
     *
     * @param type what is in it
     * @param stream whose it is
     * @param position of the log, as of which it is or was begun
     */
    public void begin(int type, int stream, long position) {
        if (frame >= 0) {
            throw new IllegalStateException("a section within a section");
        }
        reserve(HEAD_BYTES + CheckpointLayout.BEGIN_BYTES);
        int at = head(CheckpointLayout.BEGIN, CheckpointLayout.BEGIN_BYTES);
        region.putInt(at + CheckpointLayout.BEGIN_TYPE_OFFSET, type);
        region.putInt(at + CheckpointLayout.BEGIN_STREAM_OFFSET, stream);
        region.putLong(at + CheckpointLayout.BEGIN_POSITION_OFFSET, position);
        fill += CheckpointLayout.BEGIN_BYTES;
        sections++;
        sectionBytes = 0;
        highestPosition = Math.max(highestPosition, position);
        openFrame();
    }

    /** Ends the section. */
    public void end() {
        if (frame < 0) {
            throw new IllegalStateException("no section");
        }
        closeFrame();
        mark(CheckpointLayout.END, sectionBytes);
    }

    /** Nothing follows. */
    void endFile() {
        if (frame >= 0) {
            throw new IllegalStateException("a section isn't ended");
        }
        mark(CheckpointLayout.END_OF_FILE, sections);
        handOver();
    }

    private void mark(int kind, long value) {
        reserve(HEAD_BYTES + Long.BYTES);
        region.putLong(head(kind, Long.BYTES), value);
        fill += Long.BYTES;
    }

    private int head(int kind, int length) {
        region.putInt(fill + CheckpointLayout.FRAME_CRC_OFFSET, 0);
        region.putInt(fill + CheckpointLayout.FRAME_KIND_OFFSET, kind);
        region.putInt(fill + CheckpointLayout.FRAME_LENGTH_OFFSET, length);
        region.putInt(fill + CheckpointLayout.FRAME_RESERVED_OFFSET, 0);
        fill += HEAD_BYTES;
        return fill;
    }

    private void openFrame() {
        reserve(HEAD_BYTES + Long.BYTES);
        frame = fill;
        head(CheckpointLayout.MORE, 0);
    }

    private void closeFrame() {
        int length = fill - frame - HEAD_BYTES;
        region.putInt(frame + CheckpointLayout.FRAME_LENGTH_OFFSET, length);
        if (length == 0) {
            fill = frame;
        }
        sectionBytes += length;
        frame = -1;
    }

    /** Room for a frame that has to be in one buffer. */
    private void reserve(int bytes) {
        if (bytes > BUFFER_BYTES - fill) {
            handOver();
        }
    }

    private void handOver() {
        if (fill > 0) {
            NativeBlock next = free.isEmpty() ? allocate() : free.remove();
            waiting.add(new Filled(buffer, fill));
            buffer = next;
            region = buffer.region();
            fill = 0;
        }
    }

    private NativeBlock allocate() {
        NativeBlock memory = NativeBlock.allocate(BUFFER_BYTES);
        debtor.charge(Debt.STORE, BUFFER_BYTES);
        return memory;
    }

    private void room(int bytes) {
        if (bytes > BUFFER_BYTES - fill) {
            nextBuffer();
        } else if (frame < 0) {
            throw new IllegalStateException("no section");
        }
    }

    private void nextBuffer() {
        closeFrame();
        handOver();
        openFrame();
    }

    @Override
    public void putByte(int value) {
        room(Byte.BYTES);
        region.putByte(fill, (byte) value);
        fill += Byte.BYTES;
    }

    @Override
    public void putInt(int value) {
        room(Integer.BYTES);
        region.putInt(fill, value);
        fill += Integer.BYTES;
    }

    @Override
    public void putLong(long value) {
        room(Long.BYTES);
        region.putLong(fill, value);
        fill += Long.BYTES;
    }

    @Override
    public void putBytes(Region from, int offset, int bytes) {
        int done = 0;
        while (done < bytes) {
            room(1);
            int part = Math.min(bytes - done, BUFFER_BYTES - fill);
            from.copy(offset + done, region, fill, part);
            fill += part;
            done += part;
        }
    }

    @Override
    public boolean isFull() {
        return waiting.size() + away >= MEANT_TO_WAIT;
    }

    // --- the writer's

    /** The highest position of the log that a section is of. */
    long highestPosition() {
        return highestPosition;
    }

    /** Takes what waits, if anything does. */
    void take(Deque<Filled> into) {
        away += waiting.size();
        into.addAll(waiting);
        waiting.clear();
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Buffers come back. */
    void giveBack(Deque<Filled> written) {
        away -= written.size();
        for (Filled each : written) {
            if (free.size() < MEANT_TO_WAIT) {
                free.add(each.memory());
            } else {
                free(each.memory());
            }
        }
        written.clear();
    }

    private void free(NativeBlock memory) {
        debtor.credit(Debt.STORE, BUFFER_BYTES);
        memory.close();
    }

    /** Frees all but what is away. */
    void close() {
        waiting.forEach(each -> free(each.memory()));
        waiting.clear();
        free.forEach(this::free);
        free.clear();
        free(buffer);
    }
}
