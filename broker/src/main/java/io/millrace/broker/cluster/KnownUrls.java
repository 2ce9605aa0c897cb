package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Addresses at which clients of one kind find other servers, each as long as one of them tells it.
 * Routing thread.
 */
final class KnownUrls {
    private final Map<String, Integer> others = new LinkedHashMap<>();

    /** Whether clients were told of any others. */
    private boolean told;

    /** Takes over what another server has said; returns what it was taken at its word for. */
    List<String> learn(List<String> said) {
        List<String> urls =
                said.stream()
                        .filter(url -> url.length() <= ClientUrls.LONGEST_URL)
                        .limit(Math.max(0, ClientUrls.MOST_URLS - others.size()))
                        .toList();
        urls.forEach(url -> others.merge(url, 1, Integer::sum));
        told |= !urls.isEmpty();
        return urls;
    }

    /** A server that has told these isn't found any more. */
    void forget(List<String> urls) {
        for (String url : urls) {
            others.computeIfPresent(url, (_, n) -> n == 1 ? null : n - 1);
        }
    }

    /**
     * All of them, this server's first. None until another server is known, as in the reference;
     * but none would be no news to clients that know of others, so the last one names itself.
     *
     * @param own this server's; none if it is about to leave
     */
    List<String> all(List<String> own) {
        if (!told) {
            return List.of();
        }
        List<String> all = new ArrayList<>(own);
        others.keySet().stream().filter(url -> !own.contains(url)).forEach(all::add);
        return List.copyOf(all);
    }
}
