package io.millrace.broker.routing.match;

import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What becomes of the subjects that an account's clients publish to: the first mapping that matches
 * one counts. Asked once for each subject, as what it says stands in the cached result. Routing
 * thread.
 */
public final class Mappings {
    private final List<SubjectMapping> mappings;
    private final WeightedDestinations[] destinations;
    private final SubjectTokens tokens = new SubjectTokens();

    /**
     * Makes them.
     *
     * @param cluster whose messages they are for; empty for none
     */
    public Mappings(List<SubjectMapping> mappings, String cluster) {
        this.mappings = List.copyOf(mappings);
        destinations =
                mappings.stream()
                        .map(each -> each.destinations(cluster))
                        .toArray(WeightedDestinations[]::new);
    }

    /** What to choose from for a subject; null if it stays as it is. */
    @Nullable WeightedDestinations find(Region bytes, int offset, int length) {
        tokens.of(bytes, offset, length);
        for (int i = 0; i < destinations.length; i++) {
            if (mappings.get(i).matches(tokens)) {
                return destinations[i];
            }
        }
        return null;
    }
}
