package io.millrace.broker.leaf;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that interest and messages cross, by what is asked of them whenever another one
 * comes: there may be many. Routing thread.
 */
final class JoinedLeafs {
    /** Where a server that has dialed is in this one's tree: it is there once. */
    private record Place(String name, String cluster, String account, String remoteAccount) {
        static Place of(LeafSession session) {
            return new Place(
                    session.remoteName,
                    session.remoteCluster,
                    session.account,
                    session.remoteAccount);
        }
    }

    private final Map<String, Set<LeafSession>> byAccount = new HashMap<>();

    /** The accounts that have any; other threads look, too. */
    private final Set<String> accounts = ConcurrentHashMap.newKeySet();

    /** The last of each that has come. */
    private final Map<Place, LeafSession> accepted = new HashMap<>();

    /** One has joined, and what is known of who it is changes no more. */
    void add(LeafSession session) {
        byAccount.computeIfAbsent(session.account, _ -> new HashSet<>()).add(session);
        accounts.add(session.account);
        if (!session.isSolicited()) {
            accepted.put(Place.of(session), session);
        }
    }

    /** One has ended, whether it had joined or not. */
    void remove(LeafSession session) {
        byAccount.computeIfPresent(
                session.account,
                (_, all) -> {
                    all.remove(session);
                    return all.isEmpty() ? null : all;
                });
        if (count(session.account) == 0) {
            accounts.remove(session.account);
        }
        if (!session.isSolicited()) {
            accepted.remove(Place.of(session), session);
        }
    }

    /** Whether an account has any. Any thread. */
    boolean has(String account) {
        return accounts.contains(account);
    }

    /** How many an account has. */
    int count(String account) {
        return of(account).size();
    }

    private Set<LeafSession> of(String account) {
        return byAccount.getOrDefault(account, Set.of());
    }

    /** Whether a leaf node of the same cluster has connected to the same account. */
    boolean hasLeafOfItsCluster(LeafSession session) {
        String cluster = session.remoteCluster;
        return !cluster.isEmpty()
                && of(session.account).stream()
                        .anyMatch(
                                each ->
                                        !each.isSolicited()
                                                && !each.spoke
                                                && each.remoteCluster.equals(cluster));
    }

    /**
     * The one that the same server has connected before; null for none, or if it doesn't say who it
     * is.
     */
    @Nullable LeafSession before(LeafSession session) {
        return session.remoteName.isEmpty() || session.remoteAccount.isEmpty()
                ? null
                : accepted.get(Place.of(session));
    }
}
