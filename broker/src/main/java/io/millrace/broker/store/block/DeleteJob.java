package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;

import java.io.IOException;

/** Deletes a block's file. */
final class DeleteJob implements FileJob {
    private final BlockDirectory directory;
    private final BlockFile file;

    DeleteJob(BlockDirectory directory, BlockFile file) {
        this.directory = directory;
        this.file = file;
    }

    @Override
    public void run(Disk disk) throws IOException {
        directory.deleted(file);
        file.delete();
    }

    @Override
    public void done() {
        // Nobody waits for it.
    }

    @Override
    public int bytes() {
        return 0;
    }
}
