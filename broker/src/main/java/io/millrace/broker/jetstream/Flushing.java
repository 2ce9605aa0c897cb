package io.millrace.broker.jetstream;

import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.block.BlockFiles;
import io.millrace.broker.store.block.BlockLocation;
import io.millrace.broker.store.block.MessageBlocks;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.broker.store.log.WriteAheadLog;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps the log short: moves what still lives at its old end to the blocks of its stream, a little
 * at a time, then has a checkpoint made, behind which that part of the log isn't needed any more.
 *
 * <pre>
 *   at rest ── the log is long ──▶ moving ──▶ syncing blocks ──▶ making a checkpoint ──▶ at rest
 * </pre>
 *
 * <p>Shard thread. Until the checkpoint is durable the log has all that was moved, so a crash in
 * between loses nothing.
 */
final class Flushing {
    /** Moved in one go, so that nobody waits long. */
    private static final int BYTES_AT_ONCE = 256 * 1024;

    /** Where so much waits to be written, nothing more is moved. */
    private static final long MOST_UNWRITTEN_BYTES = 8 * 1024 * 1024;

    private enum State {
        AT_REST,
        MOVING,
        SYNCING,
        CHECKPOINT
    }

    private final ShardStore store;
    private final Streams streams;
    private final Checkpoints checkpoints;
    private final BlockFiles files;
    private final long logBytes;
    private final RecordView view = new RecordView();
    private final Deque<StreamHandle> left = new ArrayDeque<>();

    private State state = State.AT_REST;

    /** In front of this the log is to be emptied. */
    private long boundary;

    /** From there on the last checkpoint needs the log; 0 if that was made before a restart. */
    private long needed;

    /** Streams whose blocks aren't durable yet. */
    private int syncing;

    Flushing(
            ShardStore store,
            Streams streams,
            Checkpoints checkpoints,
            BlockFiles files,
            long logBytes) {
        this.store = store;
        this.streams = streams;
        this.checkpoints = checkpoints;
        this.files = files;
        this.logBytes = logBytes;
    }

    /** Goes on; whether there is more to do at once. */
    boolean poll() {
        return switch (state) {
            case AT_REST -> begin();
            case MOVING -> move();
            case SYNCING -> {
                if (syncing == 0) {
                    checkpoints.begin(store.log());
                    state = State.CHECKPOINT;
                }
                yield syncing == 0;
            }
            case CHECKPOINT -> checkpoint();
        };
    }

    boolean isAtRest() {
        return state == State.AT_REST;
    }

    private boolean begin() {
        WriteAheadLog log = store.log();
        if (log.appended() - Math.max(log.oldest(), boundary) <= logBytes) {
            return false;
        }
        // A block mustn't have what the log loses: its sequence would be another message's later.
        boundary = Math.min(log.appended() - logBytes / 2, log.durable());
        left.addAll(streams.all());
        state = State.MOVING;
        return true;
    }

    private boolean move() {
        if (files.unwrittenBytes() > MOST_UNWRITTEN_BYTES) {
            // Its errands ring when they are done.
            return false;
        }
        long moved = 0;
        while (moved < BYTES_AT_ONCE && !left.isEmpty()) {
            StreamHandle next = left.getFirst();
            long some = next.isGone() || next.file == null ? 0 : move(next, next.file);
            if (some < 0) {
                return false;
            }
            moved += some;
            if (some < BYTES_AT_ONCE) {
                left.removeFirst();
            }
        }
        if (left.isEmpty()) {
            sync();
        }
        return true;
    }

    /**
     * Moves some messages of a stream.
     *
     * @return bytes; as many as are moved in one go if there may be more, less than 0 if there is
     *     no room
     */
    private long move(StreamHandle handle, FileRecords file) {
        StreamIndex index = handle.stream().messages().index();
        long moved = 0;
        for (long sequence = index.next(handle.flushedTo);
                sequence != 0;
                sequence = index.next(sequence + 1)) {
            long location = index.location(sequence);
            if (!BlockLocation.isInBlock(location)) {
                if (location >= boundary) {
                    break;
                }
                if (moved >= BYTES_AT_ONCE) {
                    return BYTES_AT_ONCE;
                }
                if (file.view(location, view)) {
                    int length = view.length();
                    long place = file.blocks().append(view);
                    if (place == MessageBlocks.NONE) {
                        return -1;
                    }
                    index.relocate(sequence, place);
                    moved += length;
                }
                // What is damaged stays where it is, and is lost: that was said when it was found.
            }
            handle.flushedTo = sequence + 1;
        }
        return Math.min(moved, BYTES_AT_ONCE - 1);
    }

    private void sync() {
        state = State.SYNCING;
        for (StreamHandle handle : streams.all()) {
            if (handle.file != null && !handle.file.blocks().isDurable()) {
                syncing++;
                handle.syncing = true;
                handle.file.blocks().sync(() -> synced(handle));
            }
        }
    }

    private void synced(StreamHandle handle) {
        if (handle.syncing) {
            handle.syncing = false;
            syncing--;
        }
    }

    /** A stream is gone, and with it whatever was under way for it. */
    void deleted(StreamHandle handle) {
        synced(handle);
    }

    private boolean checkpoint() {
        boolean more = checkpoints.step(store.log());
        if (!checkpoints.isOver()) {
            return more;
        }
        if (checkpoints.covered() > 0) {
            // The one before is still there, and must do if this one can't be read some time.
            store.log().release(needed);
            needed = Math.min(boundary, checkpoints.covered());
        }
        state = State.AT_REST;
        return true;
    }
}
