package io.millrace.bench.inprocess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The rounds of one load, both ways in each, and what comes of them. */
final class WayPairs {
    private final List<Figures> loopback = new ArrayList<>();
    private final List<Figures> inProcess = new ArrayList<>();

    void add(Way way, Figures figures) {
        (way == Way.LOOPBACK ? loopback : inProcess).add(figures);
    }

    static String header() {
        return """
        | | loopback | in process | ratio | lowest | highest |
        |---|---:|---:|---:|---:|---:|""";
    }

    /**
     * A row of the table: medians, the median of the rounds' ratios, and how far those are apart.
     */
    String row(String name, ToDoubleFunction<Figures> figure) {
        double[] before = loopback.stream().mapToDouble(figure).toArray();
        double[] after = inProcess.stream().mapToDouble(figure).toArray();
        double[] ratios = new double[before.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = after[i] / before[i];
        }
        double middle = median(ratios);
        return "| %s | %.1f | %.1f | %.2f | %.2f | %.2f |"
                .formatted(
                        name,
                        median(before),
                        median(after),
                        middle,
                        ratios[0],
                        ratios[ratios.length - 1]);
    }

    /** Sorts the figures. */
    private static double median(double[] figures) {
        Arrays.sort(figures);
        int middle = figures.length / 2;
        return figures.length % 2 == 1
                ? figures[middle]
                : (figures[middle - 1] + figures[middle]) / 2;
    }

    static String name(String threading, JavaLoad load, String figure) {
        return threading + ", " + load.name().toLowerCase(Locale.ROOT) + ": " + figure;
    }
}
