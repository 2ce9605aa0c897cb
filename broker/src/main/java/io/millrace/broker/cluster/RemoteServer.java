package io.millrace.broker.cluster;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Another server of the cluster and the routes that lead to it. Routing thread. */
final class RemoteServer {
    final String id;
    final String name;

    /** Addresses at which clients reach it. */
    List<String> clientUrls = List.of();

    /** Where its gateway is; empty if it has none. */
    String gatewayUrl = "";

    /** Addresses at which WebSocket clients reach it. */
    List<String> webSocketUrls = List.of();

    private @Nullable RouteSession[] pool;
    private int slots;
    private final Map<String, RouteSession> byAccount = new HashMap<>();

    RemoteServer(String id, String name, int slots) {
        this.id = id;
        this.name = name;
        this.slots = slots;
        pool = new RouteSession[slots];
    }

    /** The pool shall have so many routes; those that there are beyond may stay until they end. */
    void resize(int newSlots) {
        slots = newSlots;
        if (slots > pool.length) {
            pool = Arrays.copyOf(pool, slots);
        }
    }

    /** Routes that the pool shall have. */
    int slots() {
        return slots;
    }

    @Nullable RouteSession at(int index) {
        return index < pool.length ? pool[index] : null;
    }

    @Nullable RouteSession of(String account) {
        return byAccount.get(account);
    }

    /** The first free place of the pool; -1 if there is none. */
    int firstFree() {
        for (int i = 0; i < slots; i++) {
            if (pool[i] == null) {
                return i;
            }
        }
        return -1;
    }

    /** The first route of the pool; null if there is none. */
    @Nullable RouteSession first() {
        for (RouteSession session : pool) {
            if (session != null) {
                return session;
            }
        }
        return null;
    }

    void add(RouteSession session) {
        if (session.poolIndex < 0) {
            byAccount.put(session.account, session);
        } else {
            pool[session.poolIndex] = session;
        }
    }

    void remove(RouteSession session) {
        if (session.poolIndex < 0) {
            byAccount.remove(session.account, session);
        } else if (at(session.poolIndex) == session) {
            pool[session.poolIndex] = null;
        }
    }

    /** Whether no route is left. */
    boolean isGone() {
        return first() == null && byAccount.isEmpty();
    }

    /** The routes of the pool. */
    List<RouteSession> pool() {
        List<RouteSession> all = new ArrayList<>();
        for (RouteSession session : pool) {
            if (session != null) {
                all.add(session);
            }
        }
        return all;
    }

    /** All routes. */
    List<RouteSession> sessions() {
        List<RouteSession> all = pool();
        all.addAll(byAccount.values());
        return all;
    }
}
