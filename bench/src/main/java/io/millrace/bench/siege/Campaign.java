package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs sieges again and again, several at once, against one server, which has to end in time while
 * they are still going on; then those that need a server of their own.
 */
final class Campaign {
    private static final int AT_ONCE = 3;
    private static final double LAST_S = 60;

    private final Arena arena;
    private final double minutes;
    private final double seconds;
    private final Map<Siege, Tally> tallies = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int next;
    private volatile boolean ending;

    /** What came of all rounds of a siege. */
    private static final class Tally {
        private final Observation observation = new Observation();
        private final Map<String, Integer> closings = new TreeMap<>();
        private int rounds;

        private void add(Verdict verdict) {
            rounds++;
            observation.add(verdict.observation());
            verdict.closings().forEach((text, count) -> closings.merge(text, count, Integer::sum));
        }
    }

    /**
     * Makes one.
     *
     * @param minutes for how long there are sieges
     * @param seconds for how long each of them goes on
     */
    Campaign(Arena arena, double minutes, double seconds) {
        this.arena = arena;
        this.minutes = minutes;
        this.seconds = seconds;
    }

    /** Runs it; returns what went wrong. */
    List<String> run(List<Siege> sieges) throws IOException, InterruptedException {
        List<Siege> together =
                sieges.stream().filter(e -> !e.endsServer() && e.ground().isLogRead()).toList();
        if (!together.isEmpty()) {
            try (Besieged server = arena.start(Ground.FULL)) {
                runTogether(server, together);
            }
        }
        try (arena) {
            for (Siege siege : sieges) {
                if (!together.contains(siege)) {
                    add(arena.run(siege, seconds));
                }
            }
            faults.addAll(arena.end());
        }
        print();
        return faults;
    }

    private void runTogether(Besieged server, List<Siege> sieges)
            throws IOException, InterruptedException {
        Probe probe = new Probe(server);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> rounds(server, probe, sieges)));
        }
        Deadline until = Deadline.inSeconds(minutes * 60);
        while (!until.isOver() && server.isAlive() && probe.faults().isEmpty()) {
            until.pause(TimeUnit.SECONDS.toNanos(1));
        }
        if (!server.isAlive()) {
            fault("the server died; its log:\n" + server.log());
        }
        probe.faults().forEach(this::fault);
        ending = true;
        probe.excuse();
        String end = server.end();
        if (!end.isEmpty()) {
            fault("asked to end: " + end);
        }
        for (Thread thread : threads) {
            thread.join((long) (LAST_S * 1000));
        }
        probe.stop();
    }

    private void rounds(Besieged server, Probe probe, List<Siege> sieges) {
        try {
            while (!ending) {
                Verdict verdict =
                        new Assault(server, arena.bounds()).beside(probe, next(sieges), seconds);
                if (!ending) {
                    add(verdict);
                }
            }
        } catch (IOException e) {
            if (!ending) {
                fault("sieges can't go on: " + e);
            }
        } catch (InterruptedException e) {
            fault("interrupted");
        }
    }

    private synchronized Siege next(List<Siege> sieges) {
        return sieges.get(next++ % sieges.size());
    }

    private synchronized void fault(String text) {
        faults.add(text);
    }

    private synchronized void add(Verdict verdict) {
        tallies.computeIfAbsent(verdict.siege(), _ -> new Tally()).add(verdict);
        verdict.faults().forEach(fault -> faults.add(verdict.siege().name() + ": " + fault));
        System.out.println(verdict);
    }

    private synchronized void print() {
        System.out.printf(
                "%n%-30s %6s %9s %9s %9s %8s  %s%n",
                "siege", "rounds", "p99 ms", "worst ms", "new ms", "peak MiB", "closed");
        tallies.forEach(
                (siege, tally) ->
                        System.out.printf(
                                "%-30s %6d %9.1f %9.1f %9.1f %8d  %s%n",
                                siege.name(),
                                tally.rounds,
                                tally.observation.p99Ms(),
                                tally.observation.worstMs(),
                                tally.observation.newcomersWorstMs(),
                                tally.observation.peakKib() / 1024,
                                tally.closings.isEmpty() ? "" : tally.closings));
    }
}
