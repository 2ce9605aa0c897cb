package io.millrace.broker.routing.account;

import io.millrace.protocol.Region;

import java.util.function.Predicate;

/**
 * A rule about subjects that remembers its verdicts on those that the subject cache knows, by the
 * token it gave them. Routing thread.
 *
 * <p>Grows with the subjects that are asked for, while there is room; then a newer subject takes
 * the place of an older one, which is judged anew.
 */
final class VerdictMemo {
    static final int UNKNOWN = -1;
    static final int NO = 0;
    static final int YES = 1;

    /** Places to begin with, 8 bytes each. */
    static final int FEWEST_PLACES = 64;

    /** As many as the subject cache holds subjects. */
    static final int MOST_PLACES = 256 * 1024;

    private final Predicate<String> rule;
    private final VerdictRoom room;

    /** Token and verdict of each place; tokens begin at 1, so 0 is nobody's. */
    private long[] places = new long[FEWEST_PLACES];

    // Messages on one subject tend to follow each other, and to go to many.
    private long lastToken;
    private boolean lastVerdict;

    /**
     * Makes one that knows nothing.
     *
     * @param rule whether a subject, its bytes taken for characters, is allowed
     * @param room what it may take to grow
     */
    VerdictMemo(Predicate<String> rule, VerdictRoom room) {
        this.rule = rule;
        this.room = room;
    }

    /**
     * The rule's verdict.
     *
     * @param token of the subject in the subject cache; 0 if it isn't there
     */
    boolean allows(Region bytes, int offset, int length, long token) {
        if (token == lastToken && token != 0) {
            return lastVerdict;
        }
        if (token == 0) {
            return rule.test(Permissions.text(bytes, offset, length));
        }
        int known = get(token);
        boolean allowed;
        if (known == UNKNOWN) {
            allowed = rule.test(Permissions.text(bytes, offset, length));
            put(token, allowed);
        } else {
            allowed = known == YES;
        }
        lastToken = token;
        lastVerdict = allowed;
        return allowed;
    }

    /** {@link #YES}, {@link #NO} or {@link #UNKNOWN}. */
    int get(long token) {
        long known = places[place(token)];
        return known >>> 1 == token ? (int) known & 1 : UNKNOWN;
    }

    /** Remembers a verdict that is unknown. */
    void put(long token, boolean verdict) {
        if (places[place(token)] != 0 && places.length < MOST_PLACES && room.take(places.length)) {
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
