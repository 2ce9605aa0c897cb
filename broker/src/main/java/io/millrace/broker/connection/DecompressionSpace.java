package io.millrace.broker.connection;

import io.millrace.broker.compression.Workspace;

import org.jspecify.annotations.Nullable;

/**
 * Where the connections of an I/O loop decompress, one block of one connection at a time: however
 * many peers send little that comes to very much, it never is at once. Belongs to the loop.
 */
final class DecompressionSpace {
    private final Workspace block = new Workspace();
    private @Nullable CompressedReads holder;

    /** Where a block comes to be; only for who {@linkplain #tryTake took} it. */
    Workspace block() {
        return block;
    }

    /** Takes it, unless somebody else's block is in it. */
    boolean tryTake(CompressedReads reads) {
        if (holder != null && holder != reads) {
            return false;
        }
        holder = reads;
        return true;
    }

    /** Its block was taken over, or isn't needed any more. */
    void giveBack(CompressedReads reads) {
        if (holder == reads) {
            holder = null;
        }
    }
}
