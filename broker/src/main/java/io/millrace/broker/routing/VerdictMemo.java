package io.millrace.broker.routing;

/**
 * Remembers yes or no for the subjects that the cache knows, by the token it gave them. Routing
 * thread.
 *
 * <p>Fixed size: a newer subject takes the place of an older one, which is then judged anew.
 */
final class VerdictMemo {
    static final int UNKNOWN = -1;
    static final int NO = 0;
    static final int YES = 1;

    private static final int PLACES = 256;

    /** Token and verdict of each place; tokens begin at 1, so 0 is nobody's. */
    private final long[] places = new long[PLACES];

    /** {@link #YES}, {@link #NO} or {@link #UNKNOWN}. */
    int get(long token) {
        long known = places[(int) token & PLACES - 1];
        return known >>> 1 == token ? (int) known & 1 : UNKNOWN;
    }

    void put(long token, boolean verdict) {
        places[(int) token & PLACES - 1] = token << 1 | (verdict ? YES : NO);
    }
}
