package io.millrace.broker.monitor;

import java.util.Map;
import java.util.TreeMap;

/** How often each path was asked for; paths that aren't there don't count. Monitor thread. */
final class RequestCounts {
    private final Map<String, Long> counts = new TreeMap<>();

    void count(String path) {
        counts.merge(path, 1L, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }
}
