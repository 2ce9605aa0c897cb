package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The blocks whose files are mapped; the one that wasn't needed longest is closed when there are
 * too many. Shard thread.
 *
 * <p>A file is opened where it is needed, by the shard itself: some microseconds, unless the name
 * was never looked up since the machine started. The pages of the file may be on the disk only, and
 * are then waited for in the same way.
 */
final class BlockMappings {
    private final Disk disk;
    private final int most;
    private int count;
    private @Nullable Block newest;
    private @Nullable Block oldest;
    private @Nullable Block kept;

    BlockMappings(Disk disk, int most) {
        this.disk = disk;
        this.most = most;
    }

    /** All of a block that is written, up to an offset at least. */
    Region map(Block block, int offset) throws IOException {
        boolean isEnough = block == kept || block.packed != null || offset < block.mapping.length();
        if (block.mapped != null && isEnough) {
            touch(block);
            return block.mapping;
        }
        close(block);
        while (count >= most && oldest != null) {
            Block victim = oldest == kept ? oldest.newer : oldest;
            if (victim == null) {
                break;
            }
            close(victim);
        }
        DiskFile file = disk.open(block.file.name);
        try {
            // One that is durable may have been compressed: then its length says nothing.
            boolean isFinal = block.isSealed() && block.durable() == block.length();
            long most = isFinal ? Integer.MAX_VALUE : block.written();
            block.mapping = file.map((int) Math.min(most, file.size()));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        block.mapped = file;
        link(block);
        count++;
        return block.mapping;
    }

    /** Leaves this one as it is, whatever comes; null for none. */
    void keep(@Nullable Block block) {
        kept = block;
    }

    int count() {
        return count;
    }

    void close(Block block) {
        DiskFile file = block.mapped;
        if (file == null) {
            return;
        }
        unlink(block);
        count--;
        block.mapped = null;
        block.mapping = Region.NONE;
        block.looked = Region.NONE;
        block.packed = null;
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was written through it.
        }
    }

    private void touch(Block block) {
        if (block != newest) {
            unlink(block);
            link(block);
        }
    }

    private void link(Block block) {
        block.older = newest;
        block.newer = null;
        if (newest == null) {
            oldest = block;
        } else {
            newest.newer = block;
        }
        newest = block;
    }

    private void unlink(Block block) {
        if (block.newer == null) {
            newest = block.older;
        } else {
            block.newer.older = block.older;
        }
        if (block.older == null) {
            oldest = block.newer;
        } else {
            block.older.newer = block.newer;
        }
        block.newer = null;
        block.older = null;
    }
}
