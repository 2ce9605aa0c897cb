package io.millrace.broker.routing.account;

import java.nio.charset.StandardCharsets;

/**
 * Which accounts a route carries.
 *
 * @param poolIndex those that fall on this index; {@link #NONE} for a route of one account
 * @param account the only one it carries, whose name is then left out of every line; empty for
 *     those of an index
 * @param everything whether it carries all accounts, since the other server knows no pools
 */
public record RouteShare(int poolIndex, String account, boolean everything) {
    private static final int NONE = -1;

    /** The route of one account. */
    public static RouteShare of(String account) {
        return new RouteShare(NONE, account, false);
    }

    /** One route of a pool. */
    public static RouteShare of(int poolIndex) {
        return new RouteShare(poolIndex, "", false);
    }

    /** The only route to a server. */
    public static RouteShare ofAll() {
        return new RouteShare(0, "", true);
    }

    /**
     * Which route of a pool carries an account: as the reference has it, by the FNV-1a hash of its
     * name.
     *
     * @param poolSize at least 1
     */
    public static int poolIndex(String account, int poolSize) {
        int hash = 0x811c9dc5;
        for (byte b : account.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xff) * 0x01000193;
        }
        return Integer.remainderUnsigned(hash, poolSize);
    }

    /** Whether it carries one account only. */
    public boolean isOneAccounts() {
        return !account.isEmpty();
    }

    /** Whether it is the one of a pool that carries an account. */
    public boolean isPooled(Account candidate) {
        return !everything && !isOneAccounts() && carries(candidate);
    }

    public boolean carries(Account candidate) {
        if (isOneAccounts()) {
            return account.equals(candidate.name);
        }
        return everything || !candidate.pinned && candidate.poolIndex == poolIndex;
    }
}
