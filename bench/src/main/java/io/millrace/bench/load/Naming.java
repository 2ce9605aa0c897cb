package io.millrace.bench.load;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The subjects that a load publishes to, and those under which its messages come to subscribers:
 * others, where an import or a mapping lies between. What is named here begins a subject; its
 * number of six digits follows.
 *
 * @param published what publishers publish to
 * @param interests what each subscriber subscribes to, at most nine
 * @param arrivals what messages come as, all equally long, with the share of each; together 1
 */
public record Naming(String published, List<String> interests, Map<String, Double> arrivals) {
    /** Messages come as what they are published to. */
    public static final Naming SAME =
            new Naming("bench.", List.of("bench.>"), Map.of("bench.", 1.0));

    String subject(int number) {
        return published + "%06d".formatted(number);
    }

    /** How long the subject of every message is that comes. */
    int arrivalLength() {
        return (arrivals.keySet().iterator().next() + "000000").length();
    }

    /** Whether messages come as something else than what they are published to. */
    boolean renames() {
        return !arrivals.keySet().equals(Set.of(published));
    }
}
