package io.millrace.broker.cluster;

import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The other servers that are connected. Routing thread. */
final class Remotes {
    private final Map<String, RemoteServer> byId = new LinkedHashMap<>();

    /** All of them, as they are at the moment. */
    List<RemoteServer> all() {
        return List.copyOf(byId.values());
    }

    /** All routes that lead to them. */
    List<RouteSession> sessions() {
        List<RouteSession> all = new ArrayList<>();
        byId.values().forEach(remote -> all.addAll(remote.sessions()));
        return all;
    }

    /** The server of an id; null if it isn't connected. */
    @Nullable RemoteServer get(String id) {
        return byId.get(id);
    }

    /**
     * The server that says this of itself, with room for so many routes of the pool; one that isn't
     * connected yet is not among the others before it has a route.
     */
    RemoteServer of(LinkInfo info, int slots) {
        RemoteServer known = byId.get(info.serverId());
        if (known == null) {
            return new RemoteServer(info.serverId(), info.serverName(), slots);
        }
        known.resize(slots);
        return known;
    }

    /** A route has taken its place. */
    void add(RemoteServer remote, RouteSession session) {
        remote.add(session);
        byId.put(remote.id, remote);
    }

    /** A route has ended. */
    void remove(RemoteServer remote, RouteSession session) {
        remote.remove(session);
        if (remote.isGone()) {
            byId.remove(remote.id, remote);
        }
    }

    /** Number of servers that a route of the pool leads to. */
    int count() {
        return (int) byId.values().stream().filter(remote -> remote.first() != null).count();
    }
}
