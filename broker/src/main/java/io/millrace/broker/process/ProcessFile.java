package io.millrace.broker.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes a small file whole.
 *
 * <p>What stands under the name already is written to, never replaced: a link leads where it did, a
 * device or a mounted file stays one, and modes are kept. Where nothing stands, a reader that polls
 * for the file never sees half of it: it is written under another name in the same folder and
 * renamed; where the folder takes no files of other names, it is written in place, too.
 */
final class ProcessFile {
    private ProcessFile() {}

    /**
     * @param permissions of a new file, such as {@code rw-------}; the process's umask is taken off
     *     them, and file systems that know none ignore them
     * @throws IOException if it can't; the message is the reference's, {@code open FILE: …}
     */
    static void write(Path file, String content, String permissions) throws IOException {
        FileAttribute<?> mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !create(file, bytes, mode)) {
                writeInPlace(file, bytes, mode);
            }
        } catch (IOException e) {
            throw new IOException("open " + file + ": " + reason(file, e), e);
        }
    }

    /** Whether it could: the folder may take no draft, and the file system no modes. */
    private static boolean create(Path file, byte[] content, FileAttribute<?> mode)
            throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path draft;
        try {
            draft = Files.createTempFile(folder, file.getFileName() + ".", ".tmp", mode);
        } catch (AccessDeniedException | UnsupportedOperationException e) {
            return false;
        }
        try {
            Files.write(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void writeInPlace(Path file, byte[] content, FileAttribute<?> mode)
            throws IOException {
        Set<StandardOpenOption> options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
        try (FileChannel out = open(file, options, mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    private static FileChannel open(
            Path file, Set<StandardOpenOption> options, FileAttribute<?> mode) throws IOException {
        try {
            return FileChannel.open(file, options, mode);
        } catch (UnsupportedOperationException e) {
            return FileChannel.open(file, options);
        }
    }

    /** The operating system's words as the reference prints them. */
    static String reason(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return "is a directory";
        }
        return switch (e) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case NotDirectoryException other -> "not a directory";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
