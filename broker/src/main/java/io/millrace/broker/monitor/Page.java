package io.millrace.broker.monitor;

import java.util.List;

/**
 * A part of a long list.
 *
 * @param offset elements to leave out, from 0
 * @param limit elements at most, from 1
 */
public record Page(long offset, long limit) {
    private static final long DEFAULT_LIMIT = 1024;

    /** Offsets below 0 are 0, limits below 1 the default, as in the reference. */
    static Page of(Query query) throws BadQueryException {
        long offset = query.number("offset");
        return of(offset, query.number("limit"));
    }

    /** The same of numbers. */
    public static Page of(long offset, long limit) {
        return new Page(Math.max(0, offset), limit <= 0 ? DEFAULT_LIMIT : limit);
    }

    Page withLimit(long other) {
        return new Page(offset, other);
    }

    /** That part; no sum of the two can overflow. */
    <T> List<T> of(List<T> all) {
        int from = (int) Math.min(offset, all.size());
        int length = (int) Math.min(limit, all.size() - from);
        return all.subList(from, from + length);
    }

    /** Whether the element of an index is in it. */
    boolean holds(long index) {
        return index >= offset && index - offset < limit;
    }
}
