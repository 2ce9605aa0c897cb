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
    private final Self self;
    private final Clients clients;
    private final Map<String, Integer> others = new LinkedHashMap<>();

    ClientUrls(Self self, Clients clients) {
        this.self = self;
        this.clients = clients;
    }

    /** Another server has said where clients find it. */
    void learn(RemoteServer remote, List<String> urls) {
        if (!self.options().noAdvertise()) {
            remote.clientUrls = urls;
            urls.forEach(url -> others.merge(url, 1, Integer::sum));
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

    /** All of them, this server's first; none while no other server is known. */
    private List<String> all() {
        if (others.isEmpty()) {
            return List.of();
        }
        List<String> own = self.info().connectUrls();
        List<String> all = new ArrayList<>(own);
        others.keySet().stream().filter(url -> !own.contains(url)).forEach(all::add);
        return List.copyOf(all);
    }
}
