package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * Deletes the directory of a stream that is no more, with what is left there: damaged files, say.
 */
final class EmptyJob implements FileJob {
    private final BlockDirectory directory;
    private final Runnable whenDone;

    EmptyJob(BlockDirectory directory, Runnable whenDone) {
        this.directory = directory;
        this.whenDone = whenDone;
    }

    @Override
    public void run(Disk disk) throws IOException {
        try {
            for (String name : disk.list(directory.name)) {
                disk.delete(directory.name + "/" + name);
            }
            disk.syncDirectory(directory.name);
            disk.delete(directory.name);
        } catch (NoSuchFileException | FileNotFoundException e) {
            // Nothing was ever written.
        }
    }

    @Override
    public void done() {
        whenDone.run();
    }

    @Override
    public int bytes() {
        return 0;
    }
}
