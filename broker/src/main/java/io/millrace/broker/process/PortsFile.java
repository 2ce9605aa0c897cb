package io.millrace.broker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code <program>_<pid>.ports}: tells test harnesses where a server that was started with port -1
 * listens. Written when every listener accepts, deleted at shutdown.
 *
 * @param path where it is
 */
public record PortsFile(Path path) {
    /**
     * Writes it for this process.
     *
     * @param program the name the server was started under, see {@link Program#name}
     * @throws IOException if it cannot; the reference logs {@code Error writing ports file (PATH):
     *     …} and goes on
     */
    public static PortsFile write(Path folder, String program, Ports ports) throws IOException {
        return write(folder, program, ProcessHandle.current().pid(), ports);
    }

    static PortsFile write(Path folder, String program, long pid, Ports ports) throws IOException {
        PortsFile file = new PortsFile(folder.resolve(program + '_' + pid + ".ports"));
        ProcessFile.write(file.path(), ports.toJson(), "rw-rw-rw-");
        return file;
    }

    /**
     * Deletes it.
     *
     * @throws IOException if it cannot, also if it is gone; the reference logs {@code Error
     *     cleaning up ports file PATH: …}
     */
    public void delete() throws IOException {
        Files.delete(path);
    }
}
