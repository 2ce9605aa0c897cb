package io.millrace.broker.monitor;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** How often each path was asked for; paths that aren't there don't count. Any thread. */
final class RequestCounts {
    private final Map<String, Long> counts = new ConcurrentSkipListMap<>();

    void count(String path) {
        counts.merge(path, 1L, Long::sum);
    }

    /** By path; goes on counting. */
    Map<String, Long> counts() {
        return counts;
    }
}
