package io.millrace.bench.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure of a server, from all its rounds. */
final class Figure {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    /** The median, and the quartiles and the least behind it. */
    String text() {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f–%.1f, least %.1f)",
                at(sorted, 0.5),
                at(sorted, 0.25),
                at(sorted, 0.75),
                sorted.getFirst());
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.get((int) Math.round(part * (sorted.size() - 1)));
    }
}
