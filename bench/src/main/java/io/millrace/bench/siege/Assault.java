package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs one siege and judges. */
final class Assault {
    /** What a siege may take longer than it should, for instance to open its connections. */
    private static final double LATE_S = 60;

    private static final double AFTERMATH_S = 0.1;

    private final Besieged server;
    private final Bounds bounds;

    Assault(Besieged server, Bounds bounds) {
        this.server = server;
        this.bounds = bounds;
    }

    /** Runs a siege with a probe of its own. */
    Verdict alone(Siege siege, double seconds) throws IOException, InterruptedException {
        Probe probe = new Probe(server);
        Verdict verdict = beside(probe, siege, seconds);
        List<String> faults = new ArrayList<>(verdict.faults());
        faults.addAll(0, probe.stop());
        long grown = verdict.observation().growthKib() / 1024;
        if (grown > siege.growthMib()) {
            faults.add("grew by " + grown + " MiB, more than " + siege.growthMib());
        }
        if (siege.endsServer()) {
            String end = server.awaitEnd();
            if (!end.isEmpty()) {
                faults.add(end);
            }
        }
        return new Verdict(siege, verdict.observation(), verdict.closings(), faults);
    }

    /** Runs a siege beside a probe, whose faults are not the siege's alone. */
    Verdict beside(Probe probe, Siege siege, double seconds)
            throws IOException, InterruptedException {
        if (siege.endsServer()) {
            probe.excuse();
        }
        Observation observation = probe.observe();
        List<String> faults = new ArrayList<>();
        Target target = new Target(server);
        try (target) {
            String fault = run(siege, target, seconds);
            if (!fault.isEmpty()) {
                faults.add(fault);
            }
        }
        Deadline.inSeconds(AFTERMATH_S).await();
        probe.end(observation);
        Map<String, Integer> closings = target.closings();
        if (!siege.endsServer()) {
            if (!server.isAlive()) {
                faults.addFirst("the server is dead");
            }
            if (siege.isNamed() && closings.size() == 1 && closings.containsKey("")) {
                faults.add("the log names none of those whom the server closed");
            }
        }
        if (observation.peakKib() > bounds.residentKib()) {
            faults.add("more resident than " + bounds.residentKib() / 1024 + " MiB");
        }
        return new Verdict(siege, observation, closings, faults);
    }

    private static String run(Siege siege, Target target, double seconds)
            throws InterruptedException {
        List<String> faults = new ArrayList<>();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name(siege.name())
                        .start(
                                () -> {
                                    try {
                                        siege.run(target, Deadline.inSeconds(seconds));
                                    } catch (IOException | RuntimeException e) {
                                        faults.add("the siege broke off: " + e);
                                    } catch (InterruptedException e) {
                                        faults.add("the siege was interrupted");
                                    }
                                });
        thread.join((long) ((seconds + LATE_S) * 1000));
        if (thread.isAlive()) {
            thread.interrupt();
            return "the siege doesn't end";
        }
        return String.join("; ", faults);
    }
}
