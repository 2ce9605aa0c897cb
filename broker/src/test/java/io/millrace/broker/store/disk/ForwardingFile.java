package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.io.IOException;

/** A file that does what another does, to be varied. */
public class ForwardingFile implements DiskFile {
    private final DiskFile file;

    /** Makes one that does what {@code file} does. */
    public ForwardingFile(DiskFile file) {
        this.file = file;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void write(long at, Region from, int offset, int bytes) throws IOException {
        file.write(at, from, offset, bytes);
    }

    @Override
    public void sync() throws IOException {
        file.sync();
    }

    @Override
    public Region map(int bytes) throws IOException {
        return file.map(bytes);
    }

    @Override
    public void read(long at, Region to, int offset, int bytes) throws IOException {
        file.read(at, to, offset, bytes);
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
