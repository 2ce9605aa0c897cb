package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.Region;

import java.io.IOException;

/**
 * The message ids that a stream has seen within its duplicate window, and under which sequence.
 * Shard thread.
 *
 * <p>Entries stand in the order in which they came, so the oldest go first; a hash table finds
 * them. All of it is outside of the heap, and gone when the entries are. {@link SeenIdLayout} is
 * what an entry looks like.
 */
public final class DedupWindow implements AutoCloseable {
    /** The id isn't known. */
    public static final long UNSEEN = 0;

    /** Longest id, in bytes: that of the longest headers. */
    public static final int MAX_ID_BYTES = 65_535;

    private final PageQueue entries;
    private final Chains chains;
    private long windowNs;

    /**
     * Makes an empty one.
     *
     * @param windowNs for how long an id is known; 0 if ids don't matter to the stream
     */
    public DedupWindow(Debtor debtor, long windowNs) {
        this.windowNs = windowNs;
        entries = new PageQueue(debtor);
        chains = new Chains(debtor, new SeenLinks());
    }

    /** The stream has another window from here on; for the ids it knows, too. */
    public void window(long newWindowNs) {
        windowNs = newWindowNs;
    }

    /** How many ids are known. */
    public long size() {
        return chains.entries();
    }

    /**
     * Looks an id up.
     *
     * @param nowNs since the epoch; an id whose time is over isn't known
     * @return the sequence of the message that had it, or {@link #UNSEEN}
     */
    public long find(Region region, int offset, int length, long nowNs) {
        if (size() == 0) {
            return UNSEEN;
        }
        long place = place(region, offset, length, region.hash(offset, length));
        if (place == Chains.NONE || nowNs - value(place, SeenIdLayout.TIME) >= windowNs) {
            return UNSEEN;
        }
        return value(place, SeenIdLayout.SEQUENCE);
    }

    private long place(Region region, int offset, int length, long hash) {
        long place = chains.first(hash);
        while (place != Chains.NONE) {
            Region page = entries.region(place);
            int at = PageQueue.offset(place);
            if (page.getLong(at + SeenIdLayout.HASH) == hash
                    && page.getInt(at + SeenIdLayout.LENGTH) == length
                    && page.equal(at + SeenIdLayout.ID, region, offset, length)) {
                return place;
            }
            place = page.getLong(at + SeenIdLayout.NEXT);
        }
        return Chains.NONE;
    }

    /**
     * Remembers an id; one that is known already belongs to this message from here on.
     *
     * @param length of the id, from 1 to {@link #MAX_ID_BYTES}
     * @param sequence of the message, from 1
     * @param timeNs when the message was stored, since the epoch; not before the one added last, or
     *     this one will be known for longer
     */
    public void add(Region region, int offset, int length, long sequence, long timeNs) {
        if (windowNs <= 0) {
            return;
        }
        if (length > MAX_ID_BYTES) {
            throw new IllegalArgumentException("an id of " + length + " bytes");
        }
        int size = SeenIdLayout.size(length);
        long place = entries.append(size);
        Region page = entries.region(place);
        region.copy(offset, page, PageQueue.offset(place) + SeenIdLayout.ID, length);
        link(place, length, sequence, timeNs);
    }

    /** Puts an entry in whose id stands there. */
    private void link(long place, int length, long sequence, long timeNs) {
        Region page = entries.region(place);
        int at = PageQueue.offset(place);
        long hash = page.hash(at + SeenIdLayout.ID, length);
        long old = place(page, at + SeenIdLayout.ID, length, hash);
        page.putLong(at + SeenIdLayout.TIME, timeNs);
        page.putLong(at + SeenIdLayout.SEQUENCE, sequence);
        page.putLong(at + SeenIdLayout.HASH, hash);
        page.putInt(at + SeenIdLayout.LENGTH, length);
        chains.add(place);
        if (old != Chains.NONE) {
            forget(old);
        }
    }

    /**
     * Forgets an id, as if its message had never come.
     *
     * @return whether it was known
     */
    public boolean remove(Region region, int offset, int length) {
        long place = place(region, offset, length, region.hash(offset, length));
        if (place == Chains.NONE) {
            return false;
        }
        forget(place);
        return true;
    }

    private void forget(long place) {
        chains.remove(place);
        put(place, SeenIdLayout.SEQUENCE, UNSEEN);
    }

    /**
     * Gives back the memory of ids whose time is over.
     *
     * @param nowNs since the epoch
     * @param most entries to go through, so that others get their turn
     * @return whether there may be more
     */
    public boolean expire(long nowNs, int most) {
        int left = most;
        long place = entries.first();
        while (place != PageQueue.NONE && left > 0 && isOver(place, nowNs)) {
            if (counts(place)) {
                chains.remove(place);
            }
            place = behind(place);
            entries.drop(place);
            left--;
        }
        if (place == PageQueue.NONE) {
            chains.clear();
        }
        return left == 0;
    }

    private boolean isOver(long place, long nowNs) {
        return !counts(place) || nowNs - value(place, SeenIdLayout.TIME) >= windowNs;
    }

    private boolean counts(long place) {
        return value(place, SeenIdLayout.SEQUENCE) != UNSEEN;
    }

    private long behind(long place) {
        int length = entries.region(place).getInt(PageQueue.offset(place) + SeenIdLayout.LENGTH);
        return entries.behind(place, SeenIdLayout.size(length));
    }

    /** When there is something to {@link #expire}; {@link Long#MAX_VALUE} if there is nothing. */
    public long nextExpiryNs() {
        long place = entries.first();
        if (place == PageQueue.NONE) {
            return Long.MAX_VALUE;
        }
        long timeNs = value(place, SeenIdLayout.TIME);
        return timeNs > Long.MAX_VALUE - windowNs ? Long.MAX_VALUE : timeNs + windowNs;
    }

    private long value(long place, int field) {
        return entries.region(place).getLong(PageQueue.offset(place) + field);
    }

    private void put(long place, int field, long value) {
        entries.region(place).putLong(PageQueue.offset(place) + field, value);
    }

    /** Forgets all ids. */
    public void clear() {
        chains.clear();
        entries.drop(PageQueue.NONE);
    }

    /** Writes all ids down. */
    public void write(Sink out) {
        out.putLong(size());
        long place = entries.first();
        while (place != PageQueue.NONE) {
            if (counts(place)) {
                Region page = entries.region(place);
                int at = PageQueue.offset(place);
                int length = page.getInt(at + SeenIdLayout.LENGTH);
                out.putLong(page.getLong(at + SeenIdLayout.TIME));
                out.putLong(page.getLong(at + SeenIdLayout.SEQUENCE));
                out.putInt(length);
                out.putBytes(page, at + SeenIdLayout.ID, length);
            }
            place = behind(place);
        }
    }

    /**
     * Reads what was written down, into an empty one.
     *
     * @return false if it isn't what was written; what was read so far stays
     * @throws IOException if there is no more
     */
    public boolean read(Source in) throws IOException {
        long count = in.getLong();
        for (long i = 0; i < count; i++) {
            long timeNs = in.getLong();
            long sequence = in.getLong();
            int length = in.getInt();
            if (length < 0 || length > MAX_ID_BYTES || sequence <= 0) {
                return false;
            }
            long place = entries.append(SeenIdLayout.size(length));
            // It doesn't count before all of it is there.
            Region page = entries.region(place);
            int at = PageQueue.offset(place);
            page.putLong(at + SeenIdLayout.SEQUENCE, UNSEEN);
            page.putInt(at + SeenIdLayout.LENGTH, length);
            in.getBytes(page, at + SeenIdLayout.ID, length);
            link(place, length, sequence, timeNs);
        }
        return true;
    }

    @Override
    public void close() {
        clear();
    }

    private final class SeenLinks implements Chains.Links {
        @Override
        public long next(long entry) {
            return value(entry, SeenIdLayout.NEXT);
        }

        @Override
        public void next(long entry, long next) {
            put(entry, SeenIdLayout.NEXT, next);
        }

        @Override
        public long hash(long entry) {
            return value(entry, SeenIdLayout.HASH);
        }
    }
}
