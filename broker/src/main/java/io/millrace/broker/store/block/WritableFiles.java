package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The files that are open to be written to, a few at a time. Errands' thread. */
final class WritableFiles {
    private final Disk disk;
    private final int most;
    private final Deque<BlockFile> open = new ArrayDeque<>();

    WritableFiles(Disk disk, int most) {
        this.disk = disk;
        this.most = most;
    }

    DiskFile create(BlockFile file) throws IOException {
        makeRoom();
        DiskFile created = disk.create(file.name, 0);
        open.add(file);
        return created;
    }

    DiskFile open(BlockFile file) throws IOException {
        makeRoom();
        DiskFile opened = disk.open(file.name);
        open.add(file);
        return opened;
    }

    private void makeRoom() throws IOException {
        while (open.size() >= most) {
            open.element().close();
            open.remove();
        }
    }

    void forget(BlockFile file) {
        open.remove(file);
    }

    void delete(String name) throws IOException {
        try {
            disk.delete(name);
        } catch (NoSuchFileException | FileNotFoundException e) {
            // Then somebody else has.
        }
    }

    /** Closes all; what isn't synced, is. */
    void close() throws IOException {
        while (!open.isEmpty()) {
            open.remove().close();
        }
    }
}
