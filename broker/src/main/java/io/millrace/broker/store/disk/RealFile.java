package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file of the file system.
 *
 * <p>An interrupt closes its channel: that's how channels are made. No thread that uses files may
 * be interrupted.
 */
final class RealFile implements DiskFile {
    private static final ByteBuffer ZERO = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

    private final String name;
    private final FileChannel channel;
    private @Nullable Mapping mapping;

    RealFile(String name, FileChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void write(long at, Region from, int offset, int bytes) throws IOException {
        ByteBuffer buffer = from.buffer(offset, bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
    }

    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public Region map(int bytes) throws IOException {
        if (bytes > channel.size()) {
            throw new EOFException(name + " is shorter than " + bytes + " bytes");
        }
        if (mapping == null) {
            mapping = new Mapping(channel, bytes);
        }
        if (mapping.region().length() < bytes) {
            throw new IllegalStateException(name + " is mapped already");
        }
        return mapping.region();
    }

    @Override
    public void read(long at, Region to, int offset, int bytes) throws IOException {
        ByteBuffer buffer = to.buffer(offset, bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException(name + " ends before " + (at + bytes));
            }
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
        if (channel.size() < size) {
            channel.write(ZERO.duplicate(), size - 1);
        }
    }

    @Override
    public void close() throws IOException {
        if (mapping != null) {
            mapping.close();
            mapping = null;
        }
        channel.close();
    }
}
