package io.millrace.bench.guard;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Compares the benchmarks of the working tree with those of a base.
 *
 * <pre>
 *   Guard BASE_LIB WORK_LIB ROUNDS BOUND_PERCENT [JMH ARGUMENT...]
 * </pre>
 *
 * <p>In each round each build runs one fork of every benchmark; which goes first alternates. Fails
 * where the working tree is slower than the bound allows, and surely so, or allocates.
 */
public final class Guard {
    /** What the profiler sees of the JVM's own doings; the smallest object is 8 bytes. */
    private static final double BYTES_PER_OPERATION = 0.5;

    private static final int LIMIT_MINUTES = 60;

    private final List<String> jmhArguments;
    private final Path results;
    private final Map<String, Pairs> pairs = new TreeMap<>();

    private Guard(List<String> jmhArguments) throws IOException {
        this.jmhArguments = jmhArguments;
        results = Files.createTempFile("guard", ".csv");
    }

    /** Exits with 0 if all is well, with 1 if something got worse. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<String> all = List.of(arguments);
        Guard guard = new Guard(all.subList(4, all.size()));
        int rounds = Integer.parseInt(all.get(2));
        double bound = Double.parseDouble(all.get(3)) / 100;
        for (int round = 0; round < rounds; round++) {
            System.err.printf("round %d of %d%n", round + 1, rounds);
            guard.round(Path.of(all.get(0)), Path.of(all.get(1)), round % 2 == 0);
        }
        System.exit(guard.report(bound) ? 0 : 1);
    }

    private void round(Path base, Path work, boolean baseFirst) throws Exception {
        Map<String, JmhResults.Figures> ofBase = baseFirst ? run(base) : Map.of();
        Map<String, JmhResults.Figures> ofWork = run(work);
        if (!baseFirst) {
            ofBase = run(base);
        }
        for (Map.Entry<String, JmhResults.Figures> figures : ofWork.entrySet()) {
            pairs.computeIfAbsent(figures.getKey(), key -> new Pairs())
                    .add(ofBase.get(figures.getKey()), figures.getValue());
        }
    }

    private Map<String, JmhResults.Figures> run(Path lib) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-cp", lib + File.separator + "*", "org.openjdk.jmh.Main"));
        command.addAll(List.of("-f", "1", "-prof", "gc", "-foe", "true"));
        command.addAll(List.of("-rf", "csv", "-rff", results.toString()));
        command.addAll(jmhArguments);
        Path log = Files.createTempFile("guard", ".log");
        Process jmh =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!jmh.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            jmh.destroyForcibly();
            throw new IOException("the benchmarks don't end, see " + log);
        }
        if (jmh.exitValue() != 0) {
            throw new IOException("a benchmark failed, see " + log);
        }
        return JmhResults.read(results);
    }

    /** Prints the table; false if something got worse. */
    private boolean report(double bound) {
        boolean well = true;
        System.out.printf(
                "%-62s %9s %9s %6s %15s %8s%n",
                "benchmark", "base ns", "work ns", "ratio", "95 %", "B/op");
        for (Map.Entry<String, Pairs> entry : pairs.entrySet()) {
            Pairs pair = entry.getValue();
            if (!pair.isCompared()) {
                boolean clean = pair.bytesPerOperation() <= BYTES_PER_OPERATION;
                well &= clean;
                System.out.printf(
                        "%-62s %9s %9.2f %6s %15s %8.3f%s%n",
                        entry.getKey(),
                        "-",
                        pair.workNs(),
                        "new",
                        "",
                        pair.bytesPerOperation(),
                        clean ? "" : "  ALLOCATES");
                continue;
            }
            boolean slower = pair.ratio() > 1 + bound && pair.ratioLow() > 1;
            boolean allocates = pair.bytesPerOperation() > BYTES_PER_OPERATION;
            well &= !slower && !allocates;
            System.out.printf(
                    "%-62s %9.2f %9.2f %6.2f  %5.2f .. %5.2f %8.3f%s%s%n",
                    entry.getKey(),
                    pair.baseNs(),
                    pair.workNs(),
                    pair.ratio(),
                    pair.ratioLow(),
                    pair.ratioHigh(),
                    pair.bytesPerOperation(),
                    slower ? "  SLOWER" : "",
                    allocates ? "  ALLOCATES" : "");
        }
        System.out.println(
                well
                        ? "guard: nothing got slower by more than %.0f %%, nothing allocates"
                                .formatted(bound * 100)
                        : "guard: the hot path got worse");
        return well;
    }
}
