package io.millrace.broker.routing.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All peers there are, of whatever kind, in the order they came. Routing thread. */
public final class Peers {
    private final NavigableMap<Long, Peer> byId = new TreeMap<>();

    /** Somebody has come; false if it was there already. */
    public boolean add(Peer peer) {
        return byId.putIfAbsent(peer.id, peer) == null;
    }

    /** Somebody is gone. */
    public void remove(Peer peer) {
        byId.remove(peer.id);
    }

    public int count() {
        return byId.size();
    }

    public Collection<Peer> all() {
        return byId.values();
    }

    /** Those that came after the one of this number, and nobody else. */
    public Collection<Peer> after(long id) {
        return byId.tailMap(id, false).values();
    }

    /** All, for somebody who will close them. */
    public List<Peer> list() {
        return new ArrayList<>(byId.values());
    }
}
