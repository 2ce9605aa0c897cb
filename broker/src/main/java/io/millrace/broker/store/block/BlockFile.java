package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The file of a block that is written to, seen by the errands' thread, which owns it. */
final class BlockFile {
    final String name;
    private final WritableFiles files;
    private boolean exists;
    private boolean isDeleted;
    private boolean isNameNew;
    private boolean hasUnsynced;
    private @Nullable DiskFile open;

    BlockFile(WritableFiles files, String name, boolean exists) {
        this.files = files;
        this.name = name;
        this.exists = exists;
    }

    /** Writes; the first time, makes the file. Nothing happens if it was deleted. */
    void write(Region from, int offset, int bytes, long at) throws IOException {
        if (!isDeleted) {
            open().write(at, from, offset, bytes);
            hasUnsynced = true;
        }
    }

    private DiskFile open() throws IOException {
        DiskFile file = open;
        if (file == null) {
            if (exists) {
                file = files.open(this);
            } else {
                file = files.create(this);
                exists = true;
                isNameNew = true;
            }
            open = file;
        }
        return file;
    }

    /** Makes all that was written durable. */
    void sync() throws IOException {
        if (hasUnsynced && !isDeleted) {
            try {
                open().sync();
            } catch (IOException e) {
                throw new SyncException(name, e);
            }
            hasUnsynced = false;
        }
    }

    /** Whether it may be missing in its directory after a crash. */
    boolean isNameNew() {
        return isNameNew && !isDeleted;
    }

    boolean isDeleted() {
        return isDeleted;
    }

    void nameSynced() {
        isNameNew = false;
    }

    /** Syncs it first: an error of the disk is told only to those who have it open. */
    void close() throws IOException {
        sync();
        closeUnsynced();
    }

    private void closeUnsynced() throws IOException {
        DiskFile file = open;
        open = null;
        if (file != null) {
            file.close();
        }
    }

    void delete() throws IOException {
        isDeleted = true;
        closeUnsynced();
        files.forget(this);
        if (exists) {
            files.delete(name);
        }
    }
}
