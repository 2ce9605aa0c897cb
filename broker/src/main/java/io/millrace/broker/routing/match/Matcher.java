package io.millrace.broker.routing.match;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Answers who gets a message: from the cache if it can, from the trie if not. Routing thread.
 *
 * <p>The first who asks for a literal subject makes the cache forget that one; the first who asks
 * for a wildcard makes all results of its account outdated that it may match, by their {@linkplain
 * Generations generation}. Who comes to a subject that was asked for before, or goes, outdates
 * nothing.
 */
public final class Matcher {
    private static final long UNASKED = -1;

    /** Cached results take up no more than this part of what may be kept on the heap. */
    private static final int SHARE_OF_HEAP = 8;

    private @Nullable SubjectCache cache;
    private MatchResult[] results = new MatchResult[0];

    /** What results take up that stand in the cache alone. */
    private long held;

    private final Ledger ledger;

    /** The slot of the subject that was matched last. */
    private int slot = SubjectCache.MISS;

    /** Numbers of the subjects in the slots, 0 where there is none yet; empty until asked for. */
    private long[] tokens = new long[0];

    private long lastToken;

    /** Of the subject that was matched last; {@link #UNASKED} until somebody asks. */
    private long token = UNASKED;

    // For monitoring.
    private int cached;
    private long misses;
    private long fanout;
    private int maxFanout;

    public Matcher(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Uses a cache from here on; it must be new. */
    public void use(SubjectCache newCache) {
        cache = newCache;
        results = new MatchResult[newCache.capacity()];
        tokens = new long[0];
        slot = SubjectCache.MISS;
    }

    public void close() {
        SubjectCache old = cache;
        cache = null;
        charge(-held);
        results = new MatchResult[0];
        slot = SubjectCache.MISS;
        if (old != null) {
            old.close();
        }
    }

    public MatchResult match(
            SubscriptionIndex index, Region bytes, int offset, int length, long hash) {
        token = UNASKED;
        SubjectCache known = cache;
        if (known == null) {
            return miss(index, bytes, offset, length);
        }
        Generations generations = index.generations();
        slot = known.find(generations, bytes, offset, length, hash);
        if (slot != SubjectCache.MISS) {
            MatchResult result = results[slot];
            if (result != null) {
                return result;
            }
        }
        MatchResult result = miss(index, bytes, offset, length);
        if (slot == SubjectCache.MISS && !known.isAskedForAgain(generations, hash)) {
            return result;
        }
        slot = known.fill(generations, bytes, offset, length, hash);
        if (slot != SubjectCache.MISS) {
            put(slot, result);
            if (tokens.length > 0) {
                tokens[slot] = 0;
            }
        }
        return result;
    }

    /** Has a slot hold another result; all are given up where they would take too much room. */
    private void put(int slot, @Nullable MatchResult result) {
        int bytes = ownBytes(result);
        int before = ownBytes(results[slot]);
        if (bytes > before && held - before + bytes > most()) {
            trim();
        }
        // The slot is another subject's, or of another time: what was there counts no more.
        replace(slot, bytes > most() ? null : result);
    }

    private void replace(int slot, @Nullable MatchResult result) {
        MatchResult before = results[slot];
        cached += (result == null ? 0 : 1) - (before == null ? 0 : 1);
        results[slot] = result;
        charge(ownBytes(result) - ownBytes(before));
    }

    private static int ownBytes(@Nullable MatchResult result) {
        return result == null ? 0 : result.ownBytes();
    }

    /** Gives up all results: they can be found anew, and nobody in particular owes them. */
    public void trim() {
        if (held > 0) {
            Arrays.fill(results, null);
            cached = 0;
            charge(-held);
        }
    }

    private long most() {
        return ledger.bounds().heapBytes() / SHARE_OF_HEAP;
    }

    private void charge(long bytes) {
        if (bytes != 0) {
            held += bytes;
            ledger.add(Debt.MATCHES, bytes);
        }
    }

    /**
     * A number that no other subject ever gets, for the one that was matched last; 0 if it isn't in
     * the cache. What is known about a subject by its number can't be mistaken for another's.
     */
    public long token() {
        if (token == UNASKED) {
            token = slot == SubjectCache.MISS ? 0 : tokenOf(slot);
        }
        return token;
    }

    private long tokenOf(int slot) {
        if (tokens.length == 0) {
            tokens = new long[results.length];
        }
        if (tokens[slot] == 0) {
            tokens[slot] = ++lastToken;
        }
        return tokens[slot];
    }

    /**
     * The {@linkplain #token() number} of another subject than that which was matched last, which
     * stays that; 0 if it isn't in the cache.
     */
    public long tokenOf(SubscriptionIndex index, Region bytes, int offset, int length, long hash) {
        int before = slot;
        long tokenBefore = token();
        match(index, bytes, offset, length, hash);
        long found = token();
        slot = before;
        token = tokenBefore;
        return found;
    }

    private MatchResult miss(SubscriptionIndex index, Region bytes, int offset, int length) {
        MatchResult result = index.match(bytes, offset, length);
        int receivers = result.receivers();
        misses++;
        fanout += receivers;
        maxFanout = Math.max(maxFanout, receivers);
        return result;
    }

    /**
     * What monitoring shows of it.
     *
     * @param matches subjects looked up so far
     */
    public SublistStats stats(int subscriptions, long inserts, long removes, long matches) {
        return new SublistStats(
                subscriptions, cached, inserts, removes, matches, misses, maxFanout, fanout);
    }

    public void add(
            SubscriptionIndex index, Region bytes, int offset, int length, Interest interest) {
        long before = index.bytes();
        if (index.add(bytes, offset, length, interest)) {
            forget(index, bytes, offset, length);
        }
        ledger.add(Debt.INDEX, index.bytes() - before);
    }

    public void remove(SubscriptionIndex index, Interest interest) {
        long before = index.bytes();
        index.remove(interest);
        ledger.add(Debt.INDEX, index.bytes() - before);
    }

    private void forget(SubscriptionIndex index, Region bytes, int offset, int length) {
        SubjectCache known = cache;
        if (known == null) {
            return;
        }
        int forgotten =
                known.forget(
                        index.generations().account(),
                        bytes,
                        offset,
                        length,
                        bytes.hash(offset, length));
        if (forgotten != SubjectCache.MISS) {
            put(forgotten, null);
        }
    }
}
