package io.millrace.broker.routing;

/**
 * Remembers yes or no for the subjects that the cache knows, by the token it gave them. Routing
 * thread.
 *
 * <p>Grows with the subjects that are asked for, up to a bound; then a newer subject takes the
 * place of an older one, which is judged anew.
 */
final class VerdictMemo {
    static final int UNKNOWN = -1;
    static final int NO = 0;
    static final int YES = 1;

    /** Places to begin with, 8 bytes each. */
    static final int FEWEST_PLACES = 64;

    static final int MOST_PLACES = 8192;

    private final int mostPlaces;

    /** Token and verdict of each place; tokens begin at 1, so 0 is nobody's. */
    private long[] places = new long[FEWEST_PLACES];

    /**
     * Makes one that knows nothing.
     *
     * @param mostPlaces how far it may grow, a power of two
     */
    VerdictMemo(int mostPlaces) {
        this.mostPlaces = mostPlaces;
    }

    /** {@link #YES}, {@link #NO} or {@link #UNKNOWN}. */
    int get(long token) {
        long known = places[place(token)];
        return known >>> 1 == token ? (int) known & 1 : UNKNOWN;
    }

    /** Remembers a verdict that is unknown. */
    void put(long token, boolean verdict) {
        if (places[place(token)] != 0 && places.length < mostPlaces) {
            grow();
        }
        places[place(token)] = token << 1 | (verdict ? YES : NO);
    }

    private int place(long token) {
        return (int) token & places.length - 1;
    }

    private void grow() {
        long[] old = places;
        places = new long[2 * old.length];
        for (long known : old) {
            if (known != 0) {
                places[place(known >>> 1)] = known;
            }
        }
    }
}
