package io.millrace.broker.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A small file that is there whole, as it was or as it is now, whenever the power goes. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Puts a file in the place of the one of before, durably. Blocks; any thread, one at a time.
     *
     * @param directory where it is to be
     * @param file its name
     * @param unfinished its name until it is whole
     */
    public static void write(Path directory, String file, String unfinished, byte[] content)
            throws IOException {
        Path draft = directory.resolve(unfinished);
        try (FileChannel out =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(draft, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        RealDisk.sync(directory);
    }
}
