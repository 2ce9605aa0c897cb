package io.millrace.broker.store.disk;

import java.io.IOException;
import java.util.List;

/** A disk that does what another does, to be varied; its files are wrapped. */
public abstract class ForwardingDisk implements Disk {
    private final Disk disk;

    protected ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    /** What is to be seen of a file. */
    protected abstract DiskFile wrap(DiskFile file);

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        return wrap(disk.create(name, bytes));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return wrap(disk.open(name));
    }

    @Override
    public boolean exists(String name) throws IOException {
        return disk.exists(name);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public void makeDirectories(String directory) throws IOException {
        disk.makeDirectories(directory);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }
}
