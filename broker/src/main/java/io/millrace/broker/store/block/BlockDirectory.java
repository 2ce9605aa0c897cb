package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The directory of a stream's blocks, seen by the errands' thread, which owns it. */
final class BlockDirectory {
    final String name;
    private final List<BlockFile> unsynced = new ArrayList<>();
    private boolean exists;

    BlockDirectory(String name) {
        this.name = name;
    }

    /** Before a file is written to. */
    void willWrite(Disk disk, BlockFile file) throws IOException {
        if (!exists) {
            disk.makeDirectories(name);
            int slash = name.lastIndexOf('/');
            if (slash > 0) {
                syncNames(disk, name.substring(0, slash));
            }
            exists = true;
        }
        if (!unsynced.contains(file)) {
            unsynced.add(file);
        }
    }

    /** Makes everything durable that was written so far, and where it is found. */
    void sync(Disk disk) throws IOException {
        boolean hasNewNames = false;
        for (BlockFile file : unsynced) {
            file.sync();
            hasNewNames |= file.isNameNew();
        }
        if (hasNewNames) {
            syncNames(disk, name);
            unsynced.forEach(BlockFile::nameSynced);
        }
        unsynced.clear();
    }

    void deleted(BlockFile file) {
        unsynced.remove(file);
    }

    private static void syncNames(Disk disk, String directory) throws IOException {
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new SyncException(directory, e);
        }
    }
}
