package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Later;

/** The client that a consumer is pinned to, until it has been silent for too long. Shard thread. */
final class Pin {
    private final Surroundings world;
    private String id = "";
    private String group = "";

    /** Since the epoch; 0 for never. */
    private long pinnedNs;

    private long endNs = Long.MAX_VALUE;

    Pin(Surroundings world) {
        this.world = world;
    }

    boolean isSet() {
        return !id.isEmpty();
    }

    /** Of the client; empty for none. */
    String id() {
        return id;
    }

    long pinnedNs() {
        return pinnedNs;
    }

    boolean is(String other) {
        return isSet() && id.equals(other);
    }

    /** Another client is pinned; it may be silent for so long. */
    void pin(String newId, String newGroup, long ttlNs, long nowNs) {
        id = newId;
        group = newGroup;
        pinnedNs = nowNs;
        heard(ttlNs, nowNs);
    }

    /** It is there. */
    void heard(long ttlNs, long nowNs) {
        endNs = Later.than(nowNs, ttlNs);
        world.at(endNs);
    }

    /** Nobody is pinned. */
    void release(String reason) {
        if (isSet()) {
            id = "";
            pinnedNs = 0;
            endNs = Long.MAX_VALUE;
            world.tell(Surroundings.Event.UNPINNED, 0, 0, 0, group + ' ' + reason);
        }
    }

    /** Whether it ended by its time. */
    boolean poll(long nowNs) {
        if (nowNs < endNs) {
            if (isSet()) {
                world.at(endNs);
            }
            return false;
        }
        release("timeout");
        return true;
    }
}
