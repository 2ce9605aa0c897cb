package io.millrace.broker.system;

import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The other servers as they tell of themselves, and how many clients each account has at each of
 * them. The router is told the sums. The service's thread.
 */
final class RemoteServers {
    /** Who is silent for so long is gone: five times as long as an account's clients are told. */
    static final long SILENCE_NS = 5 * Beats.BEAT_NS;

    static final int MAX_SERVERS = 4096;

    /** Of all servers together. */
    static final int MAX_COUNTS = 1_000_000;

    private static final long SWEEP_NS = TimeUnit.SECONDS.toNanos(10);

    private static final class Remote {
        final Map<String, Integer> clients = new HashMap<>();
        long seenNs;
    }

    private final Monitored server;
    private final Map<String, Remote> remotes = new HashMap<>();

    /** Accounts whose sums the router hasn't been told. */
    private final Set<String> changed = new HashSet<>();

    private int counts;
    private long sweepNs;
    private boolean swept;

    RemoteServers(Monitored server) {
        this.server = server;
    }

    /**
     * A server has said something.
     *
     * @return whether nothing was heard of it before
     */
    boolean seen(String id, long nowNs) {
        Remote known = remotes.get(id);
        if (known == null && remotes.size() == MAX_SERVERS) {
            return false;
        }
        Remote remote = known == null ? new Remote() : known;
        remote.seenNs = nowNs;
        return remotes.putIfAbsent(id, remote) == null;
    }

    /** A server has so many clients of an account. */
    void counted(String id, String account, int clients, long nowNs) {
        seen(id, nowNs);
        Remote remote = remotes.get(id);
        if (remote == null || clients < 0) {
            return;
        }
        if (clients == 0) {
            counts -= remote.clients.remove(account) == null ? 0 : 1;
        } else if (remote.clients.containsKey(account) || counts < MAX_COUNTS) {
            counts += remote.clients.put(account, clients) == null ? 1 : 0;
        }
        changed.add(account);
    }

    /** A server ends, or is about to. */
    void gone(String id) {
        Remote remote = remotes.remove(id);
        if (remote != null) {
            changed.addAll(remote.clients.keySet());
            counts -= remote.clients.size();
        }
    }

    /** Their ids. */
    Set<String> ids() {
        return Set.copyOf(remotes.keySet());
    }

    /** How many servers have clients of an account. */
    int serversOf(String account) {
        int servers = 0;
        for (Remote each : remotes.values()) {
            servers += each.clients.containsKey(account) ? 1 : 0;
        }
        return servers;
    }

    /** How many clients of an account there are at other servers. */
    private int clientsOf(String account) {
        long clients = 0;
        for (Remote each : remotes.values()) {
            clients += each.clients.getOrDefault(account, 0);
        }
        return (int) Math.min(clients, Integer.MAX_VALUE);
    }

    /** Lets go who is silent, and tells the router what has changed. */
    void settle(long nowNs) throws InterruptedException {
        if (!swept || nowNs - sweepNs >= 0) {
            swept = true;
            sweepNs = nowNs + SWEEP_NS;
            remotes.entrySet().stream()
                    .filter(each -> nowNs - each.getValue().seenNs >= SILENCE_NS)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(this::gone);
        }
        if (changed.isEmpty()) {
            return;
        }
        Map<String, Integer> sums = new HashMap<>();
        changed.forEach(account -> sums.put(account, clientsOf(account)));
        Set<String> unknown =
                server.ask(
                        router -> {
                            router.onClientsElsewhere(sums);
                            Set<String> missing = new HashSet<>(sums.keySet());
                            missing.removeIf(name -> Inspection.hasAccount(router, name));
                            return missing;
                        });
        changed.clear();
        forget(unknown);
    }

    /** What isn't an account here isn't counted either. */
    private void forget(Set<String> accounts) {
        if (accounts.isEmpty()) {
            return;
        }
        for (Remote each : remotes.values()) {
            for (Iterator<String> names = each.clients.keySet().iterator(); names.hasNext(); ) {
                if (accounts.contains(names.next())) {
                    names.remove();
                    counts--;
                }
            }
        }
    }
}
