package io.millrace.bench.siege;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The servers for sieges that are run one after another: one of each ground, and a new one after
 * one that didn't withstand.
 */
final class Arena implements AutoCloseable {
    private final Path launcher;
    private final Path folder;
    private final String threading;
    private final Bounds bounds;
    private final Map<Ground, Besieged> servers = new EnumMap<>(Ground.class);
    private final List<String> late = new ArrayList<>();

    /**
     * Makes one without servers.
     *
     * @param folder has {@code cert.pem} and {@code key.pem}
     */
    Arena(Path launcher, Path folder, String threading, Bounds bounds) {
        this.launcher = launcher;
        this.folder = folder;
        this.threading = threading;
        this.bounds = bounds;
    }

    Bounds bounds() {
        return bounds;
    }

    /** Starts a server that is the caller's. */
    Besieged start(Ground ground) throws IOException, InterruptedException {
        return new Besieged(launcher, folder, ground, threading, bounds);
    }

    /** Runs one siege. */
    Verdict run(Siege siege, double seconds) throws IOException, InterruptedException {
        Besieged server = servers.remove(siege.ground());
        if (server != null && !server.isAlive()) {
            late.add("the server died after a siege before " + siege.name());
            server.close();
            server = null;
        }
        if (server == null) {
            server = start(siege.ground());
        }
        boolean kept = false;
        try {
            Verdict verdict = new Assault(server, bounds).alone(siege, seconds);
            kept = verdict.faults().isEmpty() && !siege.endsServer();
            if (!verdict.faults().isEmpty()) {
                System.err.println("--- the log of the server of " + siege.name());
                System.err.println(server.log());
            }
            return verdict;
        } finally {
            if (kept) {
                servers.put(siege.ground(), server);
            } else {
                server.close();
            }
        }
    }

    /** Asks all servers to end; returns what is wrong with that, and was seen late. */
    List<String> end() throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>(late);
        for (Besieged server : servers.values()) {
            String fault = server.end();
            if (!fault.isEmpty()) {
                faults.add("asked to end: " + fault);
            }
            server.close();
        }
        servers.clear();
        return faults;
    }

    @Override
    public void close() throws IOException {
        for (Besieged server : servers.values()) {
            server.close();
        }
    }
}
