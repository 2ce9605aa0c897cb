package io.millrace.broker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes a small file whole: a reader that polls for it never sees half of it. It is written under
 * another name in the same folder and renamed; where the folder takes no new files but the file
 * itself may be written, as {@code /var/run} is often set up, it is written in place.
 */
final class ProcessFile {
    private ProcessFile() {}

    /**
     * @param permissions such as {@code rw-------}; the process's umask is taken off them, and file
     *     systems that know none ignore them
     */
    static void write(Path file, String content, String permissions) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(draft);
            create(draft, PosixFilePermissions.fromString(permissions));
        } catch (AccessDeniedException e) {
            Files.writeString(file, content, StandardCharsets.UTF_8);
            return;
        }
        Files.writeString(draft, content, StandardCharsets.UTF_8);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void create(Path draft, Set<PosixFilePermission> permissions)
            throws IOException {
        FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(permissions);
        try {
            Files.createFile(draft, attribute);
        } catch (UnsupportedOperationException e) {
            Files.createFile(draft);
        }
    }
}
