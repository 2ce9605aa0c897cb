package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A disk in memory that takes no time: what is left is the log's own. */
final class DiscardingDisk implements Disk, AutoCloseable {
    private final Map<String, File> files = new HashMap<>();

    @Override
    public DiskFile create(String name, long bytes) {
        File file = new File(name, (int) bytes);
        files.put(name, file);
        return file;
    }

    @Override
    public DiskFile open(String name) {
        return files.get(name);
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public void delete(String name) {
        files.remove(name).free();
    }

    @Override
    public void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public void syncDirectory(String directory) {
        // It has.
    }

    @Override
    public void makeDirectories(String directory) {
        // There are none.
    }

    @Override
    public List<String> list(String directory) {
        return List.of();
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        files.values().forEach(File::free);
        files.clear();
    }

    /** A file that remembers what is written to it. */
    private static final class File implements DiskFile {
        private final String name;
        private final NativeBlock block;
        private final Region region;

        File(String name, int bytes) {
            this.name = name;
            this.block = NativeBlock.allocate(bytes);
            this.region = block.region();
        }

        void free() {
            block.close();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return region.length();
        }

        @Override
        public void write(long at, Region from, int offset, int bytes) {
            from.copy(offset, region, (int) at, bytes);
        }

        @Override
        public void sync() {
            // It has.
        }

        @Override
        public Region map(int bytes) {
            return region;
        }

        @Override
        public void read(long at, Region to, int offset, int bytes) {
            region.copy((int) at, to, offset, bytes);
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // It stays open.
        }
    }
}
