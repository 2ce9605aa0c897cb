package io.millrace.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files, sockets among them, this process and those that it starts may have open. */
final class OpenFiles {
    private static final String LINE = "Max open files";

    /** What a process has open besides connections. */
    private static final int OTHERS = 200;

    private OpenFiles() {}

    /**
     * Sees to it that there is room for connections.
     *
     * @throws IOException if there isn't; says what to do
     */
    static void require(int connections) throws IOException {
        require(connections, limit(Files.readString(Path.of("/proc/self/limits"))));
    }

    static void require(int connections, long limit) throws IOException {
        int files = connections + OTHERS;
        if (limit < files) {
            throw new IOException(
                    ("%,d connections take %,d open files of this process and of each server, and"
                                    + " %,d are allowed: raise that with ulimit -n %d, or leave the"
                                    + " scenario out with --only")
                            .formatted(connections, files, limit, files));
        }
    }

    /** The limit that applies, of what the system tells of a process. */
    static long limit(String limits) {
        String line = limits.lines().filter(one -> one.startsWith(LINE)).findFirst().orElseThrow();
        String soft = line.substring(LINE.length()).strip().split(" +")[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }
}
