package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where clients find the servers of the cluster: this one's own addresses, and those that others
 * have told, each as long as one of them tells it. Routing thread.
 */
final class ClientUrls {
    private final List<String> own;
    private final Map<String, Integer> others = new LinkedHashMap<>();

    ClientUrls(List<String> own) {
        this.own = own;
    }

    void add(List<String> urls) {
        urls.forEach(url -> others.merge(url, 1, Integer::sum));
    }

    void remove(List<String> urls) {
        urls.forEach(url -> others.computeIfPresent(url, (_, n) -> n == 1 ? null : n - 1));
    }

    /** All of them, this server's first; none while no other server is known. */
    List<String> all() {
        if (others.isEmpty()) {
            return List.of();
        }
        List<String> all = new ArrayList<>(own);
        others.keySet().stream().filter(url -> !own.contains(url)).forEach(all::add);
        return List.copyOf(all);
    }
}
