package io.millrace.broker.gateway;

import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.UrlBounds;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The other clusters there are, as far as this server knows. Routing thread. */
final class RemoteClusters {
    /** That are heard of; who tells of more isn't believed. */
    static final int MOST_HEARD_OF = 1_000;

    private final Map<String, RemoteCluster> byName = new LinkedHashMap<>();
    private final UrlRoom room = new UrlRoom();

    /** Those that are configured, but for the own one. */
    RemoteClusters(String ownName, List<RemoteGateway> configured) {
        for (RemoteGateway each : configured) {
            if (!each.name().equals(ownName)) {
                byName.put(each.name(), RemoteCluster.configured(each.name(), each.urls(), room));
            }
        }
    }

    /** All of them, as they are at the moment. */
    List<RemoteCluster> all() {
        return List.copyOf(byName.values());
    }

    /** The one of a name; null if it isn't known. */
    @Nullable RemoteCluster get(String name) {
        return byName.get(name);
    }

    /** Adds one that is heard of, if it has servers, and not too many are known; null if not. */
    @Nullable RemoteCluster add(String name, List<String> urls) {
        if (name.length() > UrlBounds.LONGEST_URL
                || byName.values().stream().filter(each -> each.implicit).count()
                        >= MOST_HEARD_OF) {
            return null;
        }
        RemoteCluster remote = RemoteCluster.heardOf(name, room);
        remote.add(urls);
        if (remote.addresses().isEmpty()) {
            return null;
        }
        byName.put(name, remote);
        return remote;
    }

    void remove(RemoteCluster remote) {
        if (byName.remove(remote.name, remote)) {
            remote.reset();
        }
    }
}
