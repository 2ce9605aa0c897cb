package io.millrace.broker.routing;

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

    /** Whether it carries one account only. */
    public boolean isOneAccounts() {
        return !account.isEmpty();
    }

    boolean carries(Account candidate) {
        if (isOneAccounts()) {
            return account.equals(candidate.name);
        }
        return everything || !candidate.pinned && candidate.poolIndex == poolIndex;
    }
}
