package io.millrace.broker.cluster;

import io.millrace.protocol.LinkInfo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where leaf nodes find the other servers of the cluster, as each says of itself. Routing thread.
 */
final class LeafUrls {
    private final Map<RemoteServer, String> others = new LinkedHashMap<>();
    private Consumer<List<String>> watcher = _ -> {};

    /** Tells somebody of every change. */
    void watch(Consumer<List<String>> newWatcher) {
        watcher = newWatcher;
    }

    /** Another server has said where leaf nodes find it. */
    void learn(RemoteServer remote, LinkInfo info) {
        if (info.leafnodeUrls().size() == 1) {
            String url = info.leafnodeUrls().getFirst();
            if (url.length() <= ClientUrls.LONGEST_URL
                    && others.size() < ClientUrls.MOST_URLS
                    && !url.equals(others.put(remote, url))) {
                tell();
            }
        }
    }

    /** Leaf nodes don't find another server any more. */
    void forget(RemoteServer remote) {
        if (others.remove(remote) != null) {
            tell();
        }
    }

    private void tell() {
        watcher.accept(others.values().stream().distinct().toList());
    }
}
