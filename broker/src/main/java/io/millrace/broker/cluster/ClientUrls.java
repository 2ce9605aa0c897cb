package io.millrace.broker.cluster;

import io.millrace.broker.routing.Clients;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where clients find the servers of the cluster: this one's own addresses, and those that others
 * have told, each as long as one of them tells it. Clients are told of every change. Routing
 * thread.
 */
final class ClientUrls {
    /** Of all other servers together: each client is told all of them, again and again. */
    static final int MOST_URLS = 1_000;

    /** Characters of one; a host's name has 253 at most. */
    static final int LONGEST_URL = 300;

    private final ThisMember self;
    private final Clients clients;
    private final Map<String, Integer> others = new LinkedHashMap<>();

    /** Whether clients were told of any others. */
    private boolean told;

    private boolean leaving;

    ClientUrls(ThisMember self, Clients clients) {
        this.self = self;
        this.clients = clients;
    }

    /** Another server has said where clients find it. */
    void learn(RemoteServer remote, List<String> said) {
        if (!self.options().noAdvertise()) {
            List<String> urls =
                    said.stream()
                            .filter(url -> url.length() <= LONGEST_URL)
                            .limit(Math.max(0, MOST_URLS - others.size()))
                            .toList();
            remote.clientUrls = urls;
            urls.forEach(url -> others.merge(url, 1, Integer::sum));
            told |= !urls.isEmpty();
            tell();
        }
    }

    /** Clients don't find another server any more. */
    void forget(RemoteServer remote) {
        for (String url : remote.clientUrls) {
            others.computeIfPresent(url, (_, n) -> n == 1 ? null : n - 1);
        }
        remote.clientUrls = List.of();
        tell();
    }

    /** Tells clients, if they don't know. */
    void tell() {
        clients.onClientUrls(all());
    }

    /** This server is about to leave: only others are named from here on, which are these. */
    List<String> leave() {
        leaving = true;
        return all();
    }

    /**
     * All of them, this server's first. None until another server is known, as in the reference;
     * but none would be no news to clients that know of others, so the last one names itself.
     */
    private List<String> all() {
        if (!told) {
            return List.of();
        }
        List<String> own = leaving ? List.of() : self.info().connectUrls();
        List<String> all = new ArrayList<>(own);
        others.keySet().stream().filter(url -> !own.contains(url)).forEach(all::add);
        return List.copyOf(all);
    }
}
