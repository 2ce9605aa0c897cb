package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.Region;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A disk in memory that loses at a crash what wasn't synced, or a part of it, names and all. */
final class ForgetfulDisk implements Disk {
    private static final int SECTOR = 512;

    private final Random random;
    private final Set<String> directories = new HashSet<>();
    private Map<String, Content> files = new TreeMap<>();
    private Map<String, Content> syncedNames = new TreeMap<>();
    private int openFiles;
    private int failsIn = -1;
    private String failure = "";
    private boolean failsAlways;

    /** A file, whatever its name. */
    private static final class Content {
        private byte[] bytes = {};
        private byte[] synced = {};
    }

    ForgetfulDisk(Random random) {
        this.random = random;
    }

    /** The machine loses its power. */
    void crash() {
        Map<String, Content> left = new TreeMap<>(syncedNames);
        for (String name : files.keySet()) {
            if (random.nextBoolean()) {
                left.put(name, files.get(name));
            }
        }
        for (String name : syncedNames.keySet()) {
            if (!files.containsKey(name) && random.nextBoolean()) {
                left.remove(name);
            }
        }
        for (Content each : new LinkedHashSet<>(left.values())) {
            forget(each);
        }
        files = left;
        syncedNames = new TreeMap<>(left);
        failsIn = -1;
        failsAlways = false;
    }

    private void forget(Content file) {
        int least = Math.min(file.synced.length, file.bytes.length);
        int length = least + random.nextInt(file.bytes.length - least + 1);
        byte[] left = Arrays.copyOf(file.synced, length);
        for (int at = 0; at < length; at += SECTOR) {
            int to = Math.min(length, at + SECTOR);
            if (random.nextInt(3) > 0) {
                System.arraycopy(file.bytes, at, left, at, to - at);
            }
        }
        file.bytes = left;
        file.synced = left.clone();
    }

    /** Call number {@code calls} from here on that changes something fails; all later ones, too. */
    void fail(int calls, String message, boolean isLasting) {
        failsIn = calls;
        failure = message;
        failsAlways = isLasting;
    }

    void heal() {
        failsIn = -1;
    }

    private void mayFail() throws IOException {
        if (failsIn == 0) {
            if (!failsAlways) {
                failsIn = -1;
            }
            throw new IOException(failure);
        }
        if (failsIn > 0) {
            failsIn--;
        }
    }

    byte[] bytes(String name) {
        return files.get(name).bytes;
    }

    void put(String name, byte[] bytes) {
        Content content = new Content();
        content.bytes = bytes.clone();
        content.synced = bytes.clone();
        files.put(name, content);
        syncedNames.put(name, content);
        directories.add(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
    }

    int openFiles() {
        return openFiles;
    }

    List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        mayFail();
        if (!directories.contains(name.substring(0, Math.max(0, name.lastIndexOf('/'))))) {
            throw new NoSuchFileException(name);
        }
        Content content = new Content();
        content.bytes = new byte[(int) bytes];
        files.put(name, content);
        return new Opened(name, content);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Opened(name, find(name));
    }

    private Content find(String name) throws NoSuchFileException {
        Content content = files.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content;
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public void delete(String name) throws IOException {
        find(name);
        files.remove(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        mayFail();
        files.put(to, find(from));
        files.remove(from);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        mayFail();
        String prefix = directory + "/";
        syncedNames.keySet().removeIf(each -> each.startsWith(prefix));
        files.forEach(
                (name, content) -> {
                    if (name.startsWith(prefix)) {
                        syncedNames.put(name, content);
                    }
                });
    }

    @Override
    public void makeDirectories(String directory) {
        directories.add(directory);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        if (!directories.contains(directory)) {
            throw new NoSuchFileException(directory);
        }
        List<String> names = new ArrayList<>();
        for (String each : files.keySet()) {
            if (each.startsWith(directory + "/")) {
                names.add(each.substring(directory.length() + 1));
            }
        }
        return names;
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    private final class Opened implements DiskFile {
        private final String name;
        private final Content content;
        private final Arena arena = Arena.ofConfined();
        private boolean isClosed;

        Opened(String name, Content content) {
            this.name = name;
            this.content = content;
            openFiles++;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return content.bytes.length;
        }

        @Override
        public void write(long at, Region from, int offset, int bytes) throws IOException {
            mayFail();
            int end = (int) at + bytes;
            if (end > content.bytes.length) {
                content.bytes = Arrays.copyOf(content.bytes, end);
            }
            from.get(offset, content.bytes, (int) at, bytes);
        }

        @Override
        public void sync() throws IOException {
            mayFail();
            content.synced = content.bytes.clone();
        }

        @Override
        public Region map(int bytes) throws IOException {
            if (bytes > content.bytes.length) {
                throw new IOException("mapped beyond its end");
            }
            MemorySegment copy = arena.allocate(Math.max(1, bytes), Long.BYTES);
            MemorySegment.copy(content.bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes);
            return Region.of(copy.asSlice(0, bytes));
        }

        @Override
        public void read(long at, Region to, int offset, int bytes) throws IOException {
            if (at + bytes > content.bytes.length) {
                throw new IOException(name + " is too short");
            }
            to.put(offset, content.bytes, (int) at, bytes);
        }

        @Override
        public void truncate(long size) throws IOException {
            mayFail();
            if (size < content.bytes.length) {
                content.bytes = Arrays.copyOf(content.bytes, (int) size);
            }
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                openFiles--;
                arena.close();
            }
        }
    }
}
