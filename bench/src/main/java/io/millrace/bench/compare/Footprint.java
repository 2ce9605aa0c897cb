package io.millrace.bench.compare;

import io.millrace.bench.load.IdleLoad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a server takes before it does anything: time to start, memory when idle. */
final class Footprint {
    /** Connections opened to see what one costs. */
    static final int CONNECTIONS = 5_000;

    private static final long SETTLE_MS = 1_000;

    /** After a burst; servers give memory back when they have been idle for a while. */
    private static final long CALM_MS = 6_000;

    private final List<Double> readyMs = new ArrayList<>();
    private final List<Double> idleMib = new ArrayList<>();
    private final List<Double> connectionKib = new ArrayList<>();
    private final List<Double> crowdMib = new ArrayList<>();
    private final List<Double> crowdedKib = new ArrayList<>();
    private final List<Double> afterMib = new ArrayList<>();
    private final List<Double> subjectBytes = new ArrayList<>();
    private final List<Double> subjectAnonymousBytes = new ArrayList<>();

    /** Measures a fresh server. */
    void addFresh(ServerUnderTest server) throws IOException, InterruptedException {
        long idle = addIdle(server);
        try (IdleLoad load = new IdleLoad(server.port(), CONNECTIONS)) {
            Thread.sleep(500);
            long more = server.residentKib() - idle;
            connectionKib.add(more / (double) load.connections());
        }
    }

    /** Measures a fresh server before anybody connects; returns what is resident, in KiB. */
    long addIdle(ServerUnderTest server) throws IOException, InterruptedException {
        readyMs.add(server.readySeconds() * 1e3);
        // What is started in the background has its time.
        Thread.sleep(SETTLE_MS);
        long idle = server.residentKib();
        idleMib.add(idle / 1024.0);
        return idle;
    }

    /**
     * Measures a server that all clients of all accounts have connected to.
     *
     * @param idleKib what was resident before
     */
    void addCrowd(ServerUnderTest server, long idleKib, int clients)
            throws IOException, InterruptedException {
        Thread.sleep(CALM_MS);
        long resident = server.residentKib();
        crowdMib.add(resident / 1024.0);
        crowdedKib.add((resident - idleKib) / (double) clients);
    }

    /**
     * Measures a server one of whose streams has got very many subjects.
     *
     * @param idleKib what was resident before
     * @param idleAnonymousKib what of that weren't pages of files
     */
    void addSubjects(ServerUnderTest server, long idleKib, long idleAnonymousKib, long subjects)
            throws IOException, InterruptedException {
        Thread.sleep(CALM_MS);
        subjectBytes.add((server.residentKib() - idleKib) * 1024.0 / subjects);
        double more = server.anonymousKib() - idleAnonymousKib;
        subjectAnonymousBytes.add(more * 1024.0 / subjects);
    }

    /** Measures servers that have been through all scenarios. */
    void addAfter(Servers servers) throws IOException, InterruptedException {
        Thread.sleep(CALM_MS);
        afterMib.add(servers.residentKib() / 1024.0);
    }

    double readyMs() {
        return median(readyMs);
    }

    double idleMib() {
        return median(idleMib);
    }

    double connectionKib() {
        return median(connectionKib);
    }

    double crowdMib() {
        return median(crowdMib);
    }

    double crowdedKib() {
        return median(crowdedKib);
    }

    double afterMib() {
        return median(afterMib);
    }

    double subjectBytes() {
        return median(subjectBytes);
    }

    double subjectAnonymousBytes() {
        return median(subjectAnonymousBytes);
    }

    private static double median(List<Double> figures) {
        return Measured.median(figures.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
