package io.millrace.broker.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;

/**
 * Writes lines to a file, rotates it by size and reopens it when asked.
 *
 * <p>The file is rotated once a line has taken it over the limit: it is renamed (see {@link
 * LogBackups}), a new one is begun with a line that names the backup, and the oldest backups beyond
 * the number to keep are deleted. The old file is closed only when the new one is open, so no line
 * is lost whatever fails on the way.
 *
 * <p>Files are appended to and created with the reference's permissions, {@code rw-r-----}. The
 * stream is a {@link FileOutputStream} because an interrupt of a logging thread would close a
 * channel.
 */
final class FileWriter implements LineWriter {
    private final Path path;
    private final long sizeLimitBytes;
    private final int maxFiles;
    private final LineFormat format;
    private final Clock clock;
    private final LogBackups backups;

    private FileOutputStream out;
    private long sizeBytes;
    private long rotateAboveBytes;

    /**
     * @param sizeLimitBytes size above which the file is rotated; 0 for never
     * @param maxFiles files kept, the current one included; 0 for all
     * @param clock its zone is that of the backups' names
     * @throws IOException if the file cannot be opened; the message is the reference's
     */
    FileWriter(Path path, long sizeLimitBytes, int maxFiles, LineFormat format, Clock clock)
            throws IOException {
        this.path = path;
        this.sizeLimitBytes = sizeLimitBytes;
        this.maxFiles = maxFiles;
        this.format = format;
        this.clock = clock;
        this.backups = new LogBackups(path);
        this.out = open(path);
        this.rotateAboveBytes = rotateAbove();
        this.sizeBytes = Files.size(path);
        if (sizeBytes > rotateAboveBytes) {
            write(clock.instant(), LogLevel.INFO, "Rotating logfile...");
        }
    }

    /** Only files are rotated: a device or a pipe must not be renamed and replaced. */
    private long rotateAbove() {
        return sizeLimitBytes > 0 && Files.isRegularFile(path) ? sizeLimitBytes : Long.MAX_VALUE;
    }

    private static FileOutputStream open(Path path) throws IOException {
        try {
            create(path);
            return new FileOutputStream(path.toFile(), true);
        } catch (IOException e) {
            throw new IOException("error opening file: open " + path + ": " + reason(path, e), e);
        }
    }

    private static void create(Path path) throws IOException {
        try {
            var permissions = PosixFilePermissions.fromString("rw-r-----");
            Files.createFile(path, PosixFilePermissions.asFileAttribute(permissions));
        } catch (FileAlreadyExistsException e) {
            // It is appended to.
        } catch (UnsupportedOperationException e) {
            // No POSIX permissions on this file system: the stream creates the file.
        }
    }

    /** The operating system's words as the reference prints them. */
    private static String reason(Path path, IOException e) {
        if (Files.isDirectory(path)) {
            return "is a directory";
        }
        return switch (e) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    @Override
    public boolean write(Instant at, LogLevel level, String text) {
        boolean written = writeLine(at, level, text);
        if (sizeBytes > rotateAboveBytes) {
            rotate();
        }
        return written;
    }

    private void writeLine(LogLevel level, String text) {
        writeLine(clock.instant(), level, text);
    }

    private boolean writeLine(Instant at, LogLevel level, String text) {
        byte[] line = format.encode(at, level, text);
        try {
            out.write(line);
            sizeBytes += line.length;
            return true;
        } catch (IOException e) {
            // A full disk must not stop the server; the size stays, so the next line is tried too.
            return false;
        }
    }

    private void rotate() {
        Path backup = backups.next(LocalDateTime.now(clock));
        try {
            if (Files.exists(path)) {
                Files.move(path, backup);
            }
            replace(open(path), 0);
        } catch (IOException e) {
            rotateAboveBytes = Math.max(sizeBytes, rotateAboveBytes) * 2;
            writeLine(
                    LogLevel.ERROR,
                    "Unable to rotate logfile (%s), will attempt next rotation at size %d"
                            .formatted(e.getMessage(), rotateAboveBytes));
            return;
        }
        rotateAboveBytes = sizeLimitBytes;
        writeLine(LogLevel.INFO, "Rotated log, backup saved as \"" + backup + "\"");
        if (maxFiles > 0) {
            purge();
        }
    }

    private void purge() {
        try {
            List<Path> old = backups.beyond(maxFiles - 1);
            for (Path backup : old) {
                Files.delete(backup);
                writeLine(LogLevel.INFO, "Purged log file \"" + backup.getFileName() + "\"");
            }
        } catch (IOException e) {
            writeLine(
                    LogLevel.ERROR,
                    "Unable to purge log files in \"%s\" (%s), will attempt next rotation"
                            .formatted(backups.folder(), e.getMessage()));
        }
    }

    private void replace(FileOutputStream opened, long openedSizeBytes) {
        close();
        out = opened;
        sizeBytes = openedSizeBytes;
    }

    @Override
    public void reopen(Instant at) {
        try {
            FileOutputStream opened = open(path);
            replace(opened, Files.size(path));
            rotateAboveBytes = rotateAbove();
            writeLine(at, LogLevel.INFO, "File log re-opened");
        } catch (IOException e) {
            writeLine(at, LogLevel.ERROR, "File log not re-opened: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            // Every line has been handed to the operating system already.
        }
    }
}
