package io.millrace.bench.siege;

import java.util.List;
import java.util.Map;

/**
 * What came of a siege.
 *
 * @param observation of those who did nothing wrong, and of the memory
 * @param closings how many peers the server closed, by what its log says of them; those of which it
 *     says nothing under the empty text
 * @param faults what went wrong; empty if the server withstood
 */
record Verdict(
        Siege siege, Observation observation, Map<String, Integer> closings, List<String> faults) {
    /** One line. */
    @Override
    public String toString() {
        return "%-30s p99 %7.1f ms, worst %7.1f ms, newcomers' %7.1f ms, peak %5d MiB (%+d)  %s%s"
                .formatted(
                        siege.name(),
                        observation.p99Ms(),
                        observation.worstMs(),
                        observation.newcomersWorstMs(),
                        observation.peakKib() / 1024,
                        observation.growthKib() / 1024,
                        closings.isEmpty() ? "" : "closed " + closings,
                        faults.isEmpty() ? "" : "  FAILED: " + String.join("; ", faults));
    }
}
