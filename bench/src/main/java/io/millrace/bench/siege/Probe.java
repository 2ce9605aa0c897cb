package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Those who did nothing wrong: one that sends PING, a publisher and its subscriber, one who comes
 * and goes, and a reader of {@code /varz}. Each has threads of its own; the time of every answer,
 * and the server's memory, go to all observations that are open.
 */
final class Probe {
    static final String USER = "neutral";

    private static final long PING_EVERY_MS = 20;
    private static final long COME_EVERY_MS = 200;
    private static final long PAGE_EVERY_MS = 500;
    private static final long LOOK_EVERY_MS = 20;

    private final Besieged server;
    private final Talk pinging;

    /** What the one who is connected does; the others come anew each time. */
    private final Watcher.Turn connectedTurn;

    private final Exchange exchange;
    private final List<Watcher> watchers;

    private volatile boolean excused;

    /** When answers that are owed were asked for. */
    private final Map<Watcher.Turn, Long> waiting = new ConcurrentHashMap<>();

    private final List<Observation> observations = new CopyOnWriteArrayList<>();

    /** Begins. */
    Probe(Besieged server) throws IOException {
        this.server = server;
        pinging = Talk.connected(server.port(), USER, USER);
        connectedTurn = pinging::fence;
        exchange = new Exchange(server.port());
        watchers =
                List.of(
                        timed("PING", PING_EVERY_MS, connectedTurn),
                        timed("newcomer", COME_EVERY_MS, this::come),
                        timed("/varz", PAGE_EVERY_MS, this::readPage),
                        new Watcher("memory", LOOK_EVERY_MS, this::look));
    }

    private Watcher timed(String name, long everyMs, Watcher.Turn turn) {
        return new Watcher(name, everyMs, () -> time(turn, turn == connectedTurn));
    }

    private void time(Watcher.Turn turn, boolean connected)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        waiting.put(turn, start);
        turn.take();
        waiting.remove(turn);
        long ns = System.nanoTime() - start;
        observations.forEach(each -> each.answered(connected, ns));
    }

    private void come() throws IOException {
        Talk.connected(server.port(), USER, USER).close();
    }

    private void readPage() throws IOException {
        try (Talk reader = Talk.silent(server.httpPort())) {
            reader.send("GET /varz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String answer = reader.toEnd();
            if (!answer.startsWith("HTTP/1.1 200") || !answer.stripTrailing().endsWith("}")) {
                throw new IOException("answered with " + answer.lines().findFirst().orElse(""));
            }
        }
    }

    private void look() throws IOException {
        long kib = server.residentKib();
        observations.forEach(each -> each.resident(kib));
    }

    /** Begins to observe. */
    Observation observe() throws IOException {
        Observation observation = new Observation();
        observation.resident(server.residentKib());
        observations.add(observation);
        return observation;
    }

    /** Ends it; an answer that is still owed has taken as long as that. */
    void end(Observation observation) {
        observations.remove(observation);
        long now = System.nanoTime();
        if (!excused) {
            waiting.forEach(
                    (turn, start) -> observation.answered(turn == connectedTurn, now - start));
        }
    }

    /** The server is about to end: what goes wrong from here on is no fault. */
    void excuse() {
        excused = true;
        watchers.forEach(Watcher::excuse);
        exchange.excuse();
    }

    /** What went wrong so far. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        watchers.forEach(each -> faults.add(each.fault()));
        faults.add(exchange.fault());
        faults.removeIf(String::isEmpty);
        return faults;
    }

    /** Ends it; returns what went wrong. */
    List<String> stop() throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (Watcher each : watchers) {
            faults.add(each.stop());
        }
        pinging.close();
        faults.add(exchange.stop());
        faults.removeIf(String::isEmpty);
        return faults;
    }
}
