package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;

import java.io.IOException;
import java.util.List;

/** Makes durable what was appended to a stream's blocks up to now. */
final class SyncJob implements FileJob {
    private final StreamBlocks owner;
    private final BlockDirectory directory;
    private final List<Block> blocks;
    private final int[] lengths;
    private final long appended;
    private final Runnable whenDurable;

    SyncJob(
            StreamBlocks owner,
            BlockDirectory directory,
            List<Block> blocks,
            long appended,
            Runnable whenDurable) {
        this.owner = owner;
        this.directory = directory;
        this.blocks = blocks;
        this.appended = appended;
        this.whenDurable = whenDurable;
        lengths = blocks.stream().mapToInt(Block::length).toArray();
    }

    @Override
    public void run(Disk disk) throws IOException {
        directory.sync(disk);
    }

    @Override
    public void done() {
        owner.synced(blocks, lengths, appended);
        whenDurable.run();
    }

    @Override
    public int bytes() {
        return 0;
    }
}
