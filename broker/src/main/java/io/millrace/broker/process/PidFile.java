package io.millrace.broker.process;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The file that holds the process id: its digits and nothing else, readable by the owner only, left
 * behind at the end, all as the reference does.
 */
public final class PidFile {
    private PidFile() {}

    /**
     * Writes this process's id, over what is there; what a link leads to is what is written.
     *
     * @throws IOException if it cannot; the reference then ends with {@code Could not write
     *     pidfile}
     */
    public static void write(Path file) throws IOException {
        write(file, ProcessHandle.current().pid());
    }

    static void write(Path file, long pid) throws IOException {
        ProcessFile.write(file, Long.toString(pid), "rw-------");
    }
}
