package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.io.IOException;

/** A disk that stays as it is: what is written to it is forgotten, and nothing can be made. */
public final class ReadOnlyDisk extends ForwardingDisk {
    /** Makes one that shows what another disk has. */
    public ReadOnlyDisk(Disk disk) {
        super(disk);
    }

    @Override
    protected DiskFile wrap(DiskFile file) {
        return new ForwardingFile(file) {
            @Override
            public void write(long at, Region from, int offset, int bytes) {
                // It is forgotten.
            }

            @Override
            public void truncate(long size) {
                // It stays as long as it is.
            }

            @Override
            public void sync() {
                // There is nothing to be synced.
            }
        };
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        throw new IOException("it is full");
    }

    @Override
    public void delete(String name) {
        // It stays.
    }

    @Override
    public void makeDirectories(String directory) {
        // It is there, or it isn't.
    }
}
