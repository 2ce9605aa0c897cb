package io.millrace.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** A folder that a server keeps its streams in, on a disk; it goes when it is closed. */
record Store(Path folder) implements AutoCloseable {
    /** What is synced there costs nothing. */
    private static final Set<String> NO_DISKS = Set.of("tmpfs", "ramfs", "overlay-tmpfs");

    /**
     * Makes an empty one.
     *
     * @throws IOException if that can't be done, or it would be in memory
     */
    static Store below(Path stores) throws IOException {
        Files.createDirectories(stores);
        String type = Files.getFileStore(stores).type();
        if (NO_DISKS.contains(type)) {
            throw new IOException(
                    stores + " is in memory (" + type + "): name a folder on a disk with --stores");
        }
        return new Store(Files.createTempDirectory(stores.toAbsolutePath(), "store"));
    }

    /** Has the system write all that it has put off, lest it does while another is measured. */
    static void settle() throws IOException, InterruptedException {
        Process sync = new ProcessBuilder("sync").inheritIO().start();
        if (sync.waitFor() != 0) {
            throw new IOException("sync failed: " + sync.exitValue());
        }
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path visited, IOException failed)
                                throws IOException {
                            Files.delete(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
