package io.millrace.broker.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads OpenMetrics 1.0 and takes nothing that its grammar and its rules for types don't allow:
 * what is wrong is an {@link IllegalArgumentException} with the line.
 */
public final class OpenMetrics {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"\\n]|\\\\[\\\\\"n])*+)\"");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?|[+-]Inf|NaN");
    private static final Map<String, Set<String>> ENDS =
            Map.of(
                    "counter", Set.of("_total", "_created"),
                    "histogram", Set.of("_bucket", "_count", "_sum", "_created"),
                    "summary", Set.of("", "_count", "_sum", "_created"),
                    "info", Set.of("_info"),
                    "gauge", Set.of(""),
                    "unknown", Set.of(""));

    private final Map<String, Family> families = new LinkedHashMap<>();
    private Family current = new Family("", "unknown");

    /** A family of numbers. */
    public static final class Family {
        private final String name;
        private String type;
        private final Set<String> metadata = new LinkedHashSet<>();
        private final Map<String, Double> series = new LinkedHashMap<>();
        private final List<Sample> samples = new ArrayList<>();

        private Family(String name, String type) {
            this.name = name;
            this.type = type;
        }

        /** How a sample of it may be called. */
        private List<String> names() {
            return ENDS.get(type).stream().map(end -> name + end).toList();
        }
    }

    /** A line with a value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private OpenMetrics() {}

    /** Reads all of it. */
    public static OpenMetrics parse(String text) {
        OpenMetrics all = new OpenMetrics();
        require(text.endsWith("\n# EOF\n"), "no # EOF at the end");
        String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            try {
                all.line(lines[i]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + ": " + lines[i], e);
            }
        }
        all.families.values().forEach(OpenMetrics::check);
        return all;
    }

    /** The types of all families, by their names. */
    public Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        families.values().forEach(each -> types.put(each.name, each.type));
        return types;
    }

    /** The names that samples have or could have. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        families.values().forEach(each -> names.addAll(each.names()));
        return names;
    }

    /** All samples of a name. */
    public List<Sample> samples(String name) {
        return families.values().stream()
                .flatMap(each -> each.samples.stream())
                .filter(sample -> sample.name.equals(name))
                .toList();
    }

    /** How many samples there are. */
    public int size() {
        return families.values().stream().mapToInt(each -> each.samples.size()).sum();
    }

    private void line(String line) {
        if (line.startsWith("#")) {
            metadata(line.split(" ", 4));
        } else {
            sample(line);
        }
    }

    private void metadata(String[] parts) {
        require(parts.length == 4, "metadata is cut off");
        require(parts[0].equals("#"), "no metadata");
        require(NAME.matcher(parts[2]).matches(), "no name");
        if (!current.name.equals(parts[2])) {
            require(!families.containsKey(parts[2]), "a family stands in two places");
            current = new Family(parts[2], "unknown");
            families.put(parts[2], current);
        }
        require(current.samples.isEmpty(), "metadata behind samples");
        require(current.metadata.add(parts[1]), "metadata is said twice");
        switch (parts[1]) {
            case "TYPE" -> {
                require(ENDS.containsKey(parts[3]), "no such type");
                current.type = parts[3];
            }
            case "UNIT" -> require(parts[2].endsWith("_" + parts[3]), "the unit isn't in the name");
            case "HELP" -> require(parts[3].matches("(?:[^\\\\\"]|\\\\[\\\\\"n])*+"), "no escape");
            default -> throw new IllegalArgumentException("no such metadata");
        }
    }

    private void sample(String line) {
        int brace = line.indexOf('{');
        int end = brace < 0 ? line.indexOf(' ') : brace;
        String name = line.substring(0, Math.max(0, end));
        require(NAME.matcher(name).matches(), "no name");
        require(current.names().contains(name), "not of the family " + current.name);
        Map<String, String> labels = new LinkedHashMap<>();
        int at = end;
        if (brace >= 0) {
            at = labels(line, brace + 1, labels);
        }
        require(at < line.length() && line.charAt(at) == ' ', "no blank before the value");
        String value = line.substring(at + 1);
        require(NUMBER.matcher(value).matches(), "no number");
        double number = Double.parseDouble(value.replace("Inf", "Infinity"));
        require(current.series.put(name + labels, number) == null, "the same series twice");
        current.samples.add(new Sample(name, labels, number));
    }

    /** Reads labels, and returns where what follows the brace begins. */
    private static int labels(String line, int from, Map<String, String> labels) {
        int at = from;
        Matcher label = LABEL.matcher(line);
        while (line.charAt(at) != '}') {
            require(label.find(at) && label.start() == at, "no label");
            String plain =
                    ESCAPED.matcher(label.group(2))
                            .replaceAll(
                                    each ->
                                            Matcher.quoteReplacement(
                                                    each.group(1).equals("n")
                                                            ? "\n"
                                                            : each.group(1)));
            require(labels.put(label.group(1), plain) == null, "a label twice");
            at = label.end();
            require(at < line.length(), "no brace");
            if (line.charAt(at) == ',') {
                at++;
                require(line.charAt(at) != '}', "a comma too many");
            }
        }
        return at + 1;
    }

    private static void check(Family family) {
        switch (family.type) {
            case "counter" ->
                    family.samples.forEach(
                            each ->
                                    require(
                                            each.value >= 0 && Double.isFinite(each.value),
                                            family.name + " counts " + each.value));
            case "info" ->
                    family.samples.forEach(
                            each -> require(each.value == 1, family.name + " isn't 1"));
            case "histogram" -> histogram(family);
            default -> {}
        }
    }

    private static void histogram(Family family) {
        Map<Map<String, String>, List<Sample>> buckets = new LinkedHashMap<>();
        for (Sample each : family.samples) {
            if (each.name.endsWith("_bucket")) {
                Map<String, String> rest = new LinkedHashMap<>(each.labels);
                require(rest.remove("le") != null, "a bucket of " + family.name + " without le");
                buckets.computeIfAbsent(rest, _ -> new ArrayList<>()).add(each);
            }
        }
        buckets.forEach(
                (labels, of) -> {
                    double bound = Double.NEGATIVE_INFINITY;
                    double below = 0;
                    for (Sample each : of) {
                        String text = each.labels.get("le");
                        double le = Double.parseDouble(text.replace("Inf", "Infinity"));
                        require(text.contains(".") || text.equals("+Inf"), "le " + text);
                        require(le > bound && each.value >= below, family.name + " falls");
                        bound = le;
                        below = each.value;
                    }
                    require(bound == Double.POSITIVE_INFINITY, family.name + " has no +Inf");
                    Double count = family.series.get(family.name + "_count" + labels);
                    require(count != null && count == below, family.name + " counts otherwise");
                    Double sum = family.series.get(family.name + "_sum" + labels);
                    require(sum != null && sum >= 0, family.name + " has no sum");
                });
    }

    private static void require(boolean fact, String problem) {
        if (!fact) {
            throw new IllegalArgumentException(problem);
        }
    }
}
