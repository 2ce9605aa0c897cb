package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.Region;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Real files. */
final class PathDisk implements Disk {
    private final Path root;

    PathDisk(Path root) {
        this.root = root;
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        root.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (bytes > 0) {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        }
        return new Opened(name, channel);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Opened(
                name,
                FileChannel.open(
                        root.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(root.resolve(name));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(root.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(directory))) {
            channel.force(true);
        }
    }

    @Override
    public void makeDirectories(String directory) throws IOException {
        Files.createDirectories(root.resolve(directory));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> all = Files.list(root.resolve(directory))) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private static final class Opened implements DiskFile {
        private final String name;
        private final FileChannel channel;
        private final Arena arena = Arena.ofShared();

        Opened(String name, FileChannel channel) {
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
            ByteBuffer buffer = ByteBuffer.wrap(from.bytes(offset, bytes));
            long place = at;
            while (buffer.hasRemaining()) {
                place += channel.write(buffer, place);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public Region map(int bytes) throws IOException {
            return Region.of(channel.map(MapMode.READ_ONLY, 0, bytes, arena));
        }

        @Override
        public void read(long at, Region to, int offset, int bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new IOException(name + " is too short");
                }
            }
            to.put(offset, buffer.array());
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            if (channel.isOpen()) {
                arena.close();
                channel.close();
            }
        }
    }
}
