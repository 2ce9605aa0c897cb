package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debtor;

/**
 * A hash table of entries that somebody else keeps: finds those that may be meant. Shard thread.
 *
 * <p>Linear hashing: as many chains as entries, one more with each entry that comes, one less with
 * each that goes, so that it never stops to make itself anew.
 */
final class Chains implements AutoCloseable {
    /** The end of a chain. Entries are known by numbers from 0. */
    static final long NONE = -1;

    private static final int LEAST = 64;

    /** What the owner of the entries knows of each. */
    interface Links {
        /** The next one in its chain, or {@link #NONE}: what was last given for it. */
        long next(long entry);

        void next(long entry, long next);

        /** Its hash, always the same; the lowest bits count most. */
        long hash(long entry);
    }

    private final Links links;
    private final Pages heads;
    private long chains;
    private long entries;

    Chains(Debtor debtor, Links links) {
        this.links = links;
        heads = new Pages(debtor);
    }

    /** How many there are. */
    long entries() {
        return entries;
    }

    /** The first of those that may have this hash, or {@link #NONE}. */
    long first(long hash) {
        return chains == 0 ? NONE : head(chain(hash));
    }

    /** Puts an entry in. */
    void add(long entry) {
        if (chains == 0) {
            begin();
        }
        entries++;
        if (entries > chains) {
            split();
        }
        push(entry, chain(links.hash(entry)));
    }

    private void begin() {
        heads.reach(LEAST * Long.BYTES);
        for (chains = 0; chains < LEAST; chains++) {
            head(chains, NONE);
        }
    }

    /** Takes out an entry that is in. */
    void remove(long entry) {
        replace(entry, links.next(entry));
        entries--;
        if (entries < chains / 2 && chains > LEAST) {
            merge();
        }
    }

    /** An entry has got another number; its next one and its hash are known by the new one, too. */
    void renumber(long entry, long to) {
        replace(entry, to);
    }

    private void replace(long entry, long by) {
        long chain = chain(links.hash(entry));
        long at = head(chain);
        if (at == entry) {
            head(chain, by);
            return;
        }
        while (true) {
            long next = links.next(at);
            if (next == entry) {
                links.next(at, by);
                return;
            }
            at = next;
        }
    }

    /** Gives a part of one chain to a new one. */
    private void split() {
        heads.reach((chains + 1) * Long.BYTES);
        long old = chains - Long.highestOneBit(chains);
        long entry = head(old);
        head(old, NONE);
        head(chains, NONE);
        chains++;
        while (entry != NONE) {
            long next = links.next(entry);
            push(entry, chain(links.hash(entry)));
            entry = next;
        }
    }

    /** Undoes the last {@link #split}. */
    private void merge() {
        long entry = head(chains - 1);
        chains--;
        while (entry != NONE) {
            long next = links.next(entry);
            push(entry, chain(links.hash(entry)));
            entry = next;
        }
        heads.shrink(chains * Long.BYTES);
    }

    private void push(long entry, long chain) {
        links.next(entry, head(chain));
        head(chain, entry);
    }

    private long chain(long hash) {
        long half = Long.highestOneBit(chains);
        long chain = hash & 2 * half - 1;
        return chain < chains ? chain : chain & half - 1;
    }

    private long head(long chain) {
        return heads.getLong(chain * Long.BYTES);
    }

    private void head(long chain, long entry) {
        heads.putLong(chain * Long.BYTES, entry);
    }

    /** Forgets all entries. */
    void clear() {
        heads.close();
        chains = 0;
        entries = 0;
    }

    @Override
    public void close() {
        clear();
    }
}
