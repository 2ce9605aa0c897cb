package io.millrace.broker.gateway;

import io.millrace.broker.config.listen.UrlBounds;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the gateways of the own cluster's servers are, each as long as one of them says so; no more
 * than go into a line. Routing thread.
 */
final class UrlSet {
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private int bytes;

    /** One more server says so; whether that is news. */
    boolean add(String url) {
        Integer known = counts.get(url);
        if (known == null && !UrlBounds.hasRoom(bytes, url)) {
            return false;
        }
        bytes += known == null ? url.length() : 0;
        counts.merge(url, 1, Integer::sum);
        return known == null;
    }

    /** One server less says so; whether none is left. */
    boolean remove(String url) {
        Integer known = counts.get(url);
        if (known == null) {
            return false;
        }
        if (known > 1) {
            counts.put(url, known - 1);
            return false;
        }
        counts.remove(url);
        bytes -= url.length();
        return true;
    }

    /** All of them, in the order in which they were told. */
    List<String> all() {
        return List.copyOf(counts.keySet());
    }
}
