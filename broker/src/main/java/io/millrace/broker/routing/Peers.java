package io.millrace.broker.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All peers there are, of whatever kind, in the order they came. Routing thread. */
final class Peers {
    private final NavigableMap<Long, Peer> byId = new TreeMap<>();

    /** Somebody has come; false if it was there already. */
    boolean add(Peer peer) {
        return byId.putIfAbsent(peer.id, peer) == null;
    }

    /** Somebody is gone. */
    void remove(Peer peer) {
        byId.remove(peer.id);
    }

    int count() {
        return byId.size();
    }

    Collection<Peer> all() {
        return byId.values();
    }

    /** Those that came after the one of this number, and nobody else. */
    Collection<Peer> after(long id) {
        return byId.tailMap(id, false).values();
    }

    /** All, for somebody who will close them. */
    List<Peer> list() {
        return new ArrayList<>(byId.values());
    }
}
