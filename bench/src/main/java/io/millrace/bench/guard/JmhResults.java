package io.millrace.bench.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what JMH writes with {@code -rf csv}. */
final class JmhResults {
    /**
     * One benchmark of one fork.
     *
     * @param nsPerOperation its score
     * @param bytesPerOperation what it allocated
     */
    record Figures(double nsPerOperation, double bytesPerOperation) {}

    private static final String ALLOCATION = ":gc.alloc.rate.norm";
    private static final int NAME = 0;
    private static final int SCORE = 4;
    private static final int PARAMETERS = 7;

    private JmhResults() {}

    /** The figures by benchmark and parameters. */
    static Map<String, Figures> read(Path file) throws IOException {
        Map<String, Double> scores = new LinkedHashMap<>();
        Map<String, Double> allocations = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.replace("\"", "").split(",", -1);
            String name = fields[NAME].substring(fields[NAME].indexOf("millrace.") + 9);
            boolean allocation = name.endsWith(ALLOCATION);
            if (name.contains(":") && !allocation) {
                continue;
            }
            String key =
                    simple(allocation ? name.substring(0, name.indexOf(':')) : name)
                            + parameters(fields);
            (allocation ? allocations : scores).put(key, Double.parseDouble(fields[SCORE]));
        }
        Map<String, Figures> figures = new LinkedHashMap<>();
        scores.forEach(
                (key, score) ->
                        figures.put(key, new Figures(score, allocations.getOrDefault(key, 0.0))));
        return figures;
    }

    /** The class and the method. */
    private static String simple(String name) {
        String[] words = name.split("\\.");
        return words[words.length - 2] + "." + words[words.length - 1];
    }

    private static String parameters(String[] fields) {
        List<String> values = new ArrayList<>(Arrays.asList(fields));
        values.subList(0, Math.min(PARAMETERS, values.size())).clear();
        values.removeIf(String::isEmpty);
        return values.isEmpty() ? "" : " " + values;
    }
}
