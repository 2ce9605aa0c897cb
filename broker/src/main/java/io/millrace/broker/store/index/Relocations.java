package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * The new locations of one chunk's entries, until it is packed anew: messages move in runs, and
 * packing at each would cost a chunk for a message. Shard thread.
 */
final class Relocations implements AutoCloseable {
    private static final long SAME = -1;

    private final Blocks blocks;
    private @Nullable NativeBlock block;
    private Region locations = Region.NONE;
    private long piece = Chunk.NONE;

    Relocations(Blocks blocks) {
        this.blocks = blocks;
    }

    /** The chunk's piece, or {@link Chunk#NONE}. */
    long piece() {
        return piece;
    }

    /** Begins with a chunk; there is none. */
    void begin(Chunk chunk) {
        if (block == null) {
            block = blocks.allocate(ChunkLayout.MOST_ENTRIES * Long.BYTES);
            locations = block.region();
        }
        for (int entry = 0; entry < chunk.entries(); entry++) {
            locations.putLong(entry * Long.BYTES, SAME);
        }
        piece = chunk.piece();
    }

    void put(int entry, long location) {
        locations.putLong(entry * Long.BYTES, location);
    }

    /** Where an entry of a chunk is. */
    long location(Chunk chunk, int entry) {
        if (chunk.piece() == piece) {
            long moved = locations.getLong(entry * Long.BYTES);
            if (moved != SAME) {
                return moved;
            }
        }
        return chunk.location(entry);
    }

    /** The chunk has another piece, with the same entries. */
    void follow(long before, long after) {
        if (piece == before) {
            piece = after;
        }
    }

    /** The chunk's piece is given back. */
    void forget(long gone) {
        follow(gone, Chunk.NONE);
    }

    @Override
    public void close() {
        if (block != null) {
            blocks.free(block);
            block = null;
        }
        piece = Chunk.NONE;
    }
}
