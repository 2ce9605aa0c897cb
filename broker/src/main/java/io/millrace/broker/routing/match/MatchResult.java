package io.millrace.broker.routing.match;

import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

/**
 * Who gets a message: the receivers of each subject, wildcards included, that matches the one it
 * was published to. Immutable, but for what the receivers are.
 */
public final class MatchResult {
    private static final Receivers[] NO_MORE = {};

    /** Nobody gets it. */
    public static final MatchResult NONE = new MatchResult(new Receivers());

    /** Of the object and its array, without the array's elements. */
    private static final int OBJECT_BYTES = 32;

    /** By itself: nearly all results have one part, and it is found one step sooner. */
    private final Receivers first;

    private final Receivers[] more;
    private final @Nullable WeightedDestinations mapping;

    MatchResult(Receivers first) {
        this(first, NO_MORE);
    }

    MatchResult(Receivers first, Receivers[] more) {
        this(first, more, null);
    }

    private MatchResult(Receivers first, Receivers[] more, @Nullable WeightedDestinations mapping) {
        this.first = first;
        this.more = more;
        this.mapping = mapping;
    }

    /** The same of a subject that is mapped. */
    MatchResult mapped(WeightedDestinations to) {
        return new MatchResult(first, more, to);
    }

    /**
     * What a client's message gets other subjects from; null if it keeps its own. The receivers are
     * those of what nobody maps, such as messages from other servers.
     */
    public @Nullable WeightedDestinations mapping() {
        return mapping;
    }

    /** Subjects that have matched, at least 1; where none has, nobody asks for that one. */
    public int partCount() {
        return 1 + more.length;
    }

    public Receivers part(int index) {
        return index == 0 ? first : more[index - 1];
    }

    /** How many would get a message. */
    public int receivers() {
        int count = first.count();
        for (Receivers part : more) {
            count += part.count();
        }
        return count;
    }

    /** Whether any of the receivers is a queue group. */
    public boolean hasGroups() {
        boolean has = first.groupCount() > 0;
        for (Receivers part : more) {
            has |= part.groupCount() > 0;
        }
        return has;
    }

    /** Whether all of the receivers are subscriptions or other servers. */
    public boolean staysInAccount() {
        boolean stays = first.crossingCount() == 0;
        for (Receivers part : more) {
            stays &= part.crossingCount() == 0;
        }
        return stays;
    }

    public boolean isEmpty() {
        return receivers() == 0;
    }

    /** About what it takes up on the heap; nothing where it is that of its only receivers. */
    int ownBytes() {
        return more.length == 0 && mapping == null ? 0 : OBJECT_BYTES + Integer.BYTES * more.length;
    }
}
