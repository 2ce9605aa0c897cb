package io.millrace.broker.store.disk;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the file system. Any thread. */
public final class RealDisk implements Disk {
    private final Path root;

    /** Makes one of a folder, which need not be there yet. */
    public RealDisk(Path root) {
        this.root = root;
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        RealFile file = new RealFile(name, open(name, true));
        try {
            file.truncate(bytes);
            return file;
        } catch (IOException e) {
            file.close();
            Files.delete(path(name));
            throw e;
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new RealFile(name, open(name, false));
    }

    private FileChannel open(String name, boolean fresh) throws IOException {
        Path path = path(name);
        return fresh
                ? FileChannel.open(path, READ, WRITE, CREATE_NEW)
                : FileChannel.open(path, READ, WRITE);
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        sync(path(directory));
    }

    static void sync(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, READ)) {
            names.force(true);
        }
    }

    @Override
    public void makeDirectories(String directory) throws IOException {
        Path top = path("").toAbsolutePath();
        try {
            make(top);
        } catch (AccessDeniedException e) {
            // Who made the folder for us may keep the one above to himself.
            if (!Files.isDirectory(top)) {
                throw e;
            }
        }
        for (int end = 0; end >= 0 && !directory.isEmpty(); ) {
            end = directory.indexOf('/', end + 1);
            make(path(end < 0 ? directory : directory.substring(0, end)).toAbsolutePath());
        }
    }

    /** Those that are there may have been made by a process that was killed before the sync. */
    private static void make(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            if (!Files.isDirectory(parent)) {
                make(parent);
            }
            Files.createDirectory(directory);
        }
        sync(parent);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> names = Files.list(path(directory))) {
            return names.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private Path path(String name) {
        return name.isEmpty() ? root : root.resolve(name);
    }
}
